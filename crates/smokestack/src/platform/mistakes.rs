//! What the platform file's reader says to wrong files. The runner draws the caret; here the place is line:column.

mod places;
mod session;
mod twice;

use proptest::prelude::*;

use super::Platform;

const GOOD: &str = r#"
[platform]
name = "Facilities"
[login]
component = "portal"
[session]
signed_in = "[data-user]"
[components.portal]
path = "/"
[components.work-orders]
[targets.staging]
url = "https://staging.example.com"
[accounts.dispatcher]
username = { env = "SMOKE_USER" }
password = { env = "SMOKE_PASSWORD" }
"#;

fn mistakes(text: &str) -> String {
    let Err(refusal) = Platform::parse("smokestack.toml", text, &[]) else { return "none".to_owned() };
    let lines = refusal.mistakes.iter().map(|mistake| {
        let place = mistake.span.as_ref().map(|span| {
            let before = &span.text[..span.range.start];
            let line = before.matches('\n').count() + 1;
            let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
            format!("{line}:{column} {:?} ", &span.text[span.range.clone()])
        });
        let help = mistake.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{}{}: {}{help}", place.unwrap_or_default(), mistake.what, mistake.label)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn with(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    mistakes(&GOOD.replacen(from, to, 1))
}

#[test]
fn a_good_file_has_none() {
    assert_eq!(mistakes(GOOD), "none");
}

#[test]
fn what_pages_may_name_are_hosts() {
    let with = |list: &str| {
        with("[accounts.dispatcher]", &format!("[resources]\nmay_name = {list}\n[accounts.dispatcher]"))
    };
    assert_eq!(with(r#"["id.internal", "10.0.0.7:8443", "[fd00::7]", "web"]"#), "none");
    insta::assert_snapshot!(with(r#"["https://id.internal/"]"#), @r#"14:12 "[\"https://id.internal/\"]" `https://id.internal/` is not a host: in this list; write a host, with or without a port: `id.internal`, `10.0.0.7:8443`"#);
    insta::assert_snapshot!(with(r#""id.internal""#), @r#"14:12 "\"id.internal\"" `resources.may_name` must be a list of texts: this is a string"#);
    insta::assert_snapshot!(with("[]\nsite = []"), @r#"15:1 "site" unknown key `site` in `[resources]`: did you mean `sites`?"#);
}

#[test]
fn an_empty_file_misses_every_table() {
    insta::assert_snapshot!(mistakes(""), @r#"
        1:1 "" `platform` is missing: in this table; add `[platform]`
        1:1 "" `components` is missing: in this table; add `[components.NAME]`
        1:1 "" `targets` is missing: in this table; add `[targets.NAME]`
        1:1 "" `accounts` is missing: in this table; add `[accounts.NAME]`
        1:1 "" `login` is missing: in this table; add `[login]`
        1:1 "" `session` is missing: in this table; add `[session]`
    "#);
}

#[test]
fn broken_syntax_is_shown_where_it_breaks() {
    insta::assert_snapshot!(with("component = \"portal\"", "component = \"portal"), @r#"5:20 "" the platform file is not TOML: invalid basic string, expected `"`"#);
}

#[test]
fn a_password_in_broken_syntax_is_not_shown() {
    let text = GOOD.replace("{ env = \"SMOKE_PASSWORD\" }", "\"hunter22");
    let Err(refusal) = Platform::parse("smokestack.toml", &text, &[]) else { panic!("it is no TOML") };
    let span = refusal.mistakes[0].span.as_ref().expect("a place");
    assert!(!span.text.contains("hunter22"), "{}", span.text);
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    insta::assert_snapshot!(with("path = \"/\"", "path = \"/\"\nlanding_page = \"/\"\nhelth = \"/healthz\""), @r#"
        10:1 "landing_page" unknown key `landing_page` in `[components.portal]`: not known here; known keys: path, landing, form, subdomain, api, api_write, health, instances, settings, budget, concurrency
        11:1 "helth" unknown key `helth` in `[components.portal]`: did you mean `health`?
    "#);
}

#[test]
fn an_unknown_component_names_the_known_ones() {
    insta::assert_snapshot!(with("component = \"portal\"", "component = \"potal\""), @r#"5:13 "\"potal\"" there is no component `potal`: did you mean `portal`?; components: portal, work-orders"#);
}

#[test]
fn an_address_must_be_one_of_a_target() {
    for (url, label) in [
        ("staging.example.com", "relative URL without a base"),
        ("ftp://staging.example.com", "only `http` and `https`"),
        ("https://staging.example.com/app", "only scheme, host and port"),
    ] {
        assert!(
            with("https://staging.example.com", url).contains(label),
            "{}",
            with("https://staging.example.com", url)
        );
    }
}

#[test]
fn a_password_in_an_address_is_refused_and_not_shown() {
    let told = with("https://staging.example.com", "https://app:hunter22@staging.example.com");
    assert!(!told.contains("hunter22"), "{told}");
    insta::assert_snapshot!(told, @r#"12:7 "\"https://************@staging.example.com\"" this is not the address of a target: credentials do not belong into an address; write it as `https://staging.example.com`"#);
}

#[test]
fn a_wrong_duration_shows_how_to_write_one() {
    insta::assert_snapshot!(with("url =", "max_body = \"32\"\nurl ="), @r#"
        12:12 "\"32\"" `targets.staging.max_body` is not a size: a whole number and a unit; write it as `500kB`, `32MiB` or `1GiB`
    "#);
    insta::assert_snapshot!(with("url =", "max_body = \"9GiB\"\nurl ="), @r#"
        12:12 "\"9GiB\"" `targets.staging.max_body` is not a size: at most 4GiB; write it as `500kB`, `32MiB` or `1GiB`
    "#);
    insta::assert_snapshot!(with("url =", "request_limit = \"10 parsecs\"\ncase_limit = \"0s\"\nurl ="), @r#"
        12:17 "\"10 parsecs\"" `targets.staging.request_limit` is not a duration: unknown time unit "parsecs", supported units: ns, us/µs, ms, sec, min, hours, days, weeks, months, years (and few variations); write it as `500ms`, `10s` or `1m 30s`
        13:14 "\"0s\"" `targets.staging.case_limit` must be longer than nothing: zero
    "#);
}

#[test]
fn an_account_without_credentials_is_told_what_to_add() {
    insta::assert_snapshot!(with("password = { env = \"SMOKE_PASSWORD\" }", ""), @r#"13:11 "dispatcher" `password` is missing in `[accounts.dispatcher]`: in this table; add `password = { env = "SMOKE_PASSWORD" }`"#);
}

#[test]
fn a_password_in_the_file_is_refused_and_not_shown() {
    let told = with("{ env = \"SMOKE_PASSWORD\" }", "\"hunter22\"");
    assert!(!told.contains("hunter22"), "{told}");
    insta::assert_snapshot!(told, @r#"15:12 "\"********\"" credentials do not belong into the platform file: name where it comes from; write `password = { env = "SMOKE_PASSWORD" }`"#);
}

#[test]
fn a_password_in_the_place_of_a_variables_name_is_refused_and_not_shown() {
    for env in [
        "'hunter22 literal=x'",
        "\"hunter22 literal=x\"",
        "\"2hunter22\"",
        "\"\"\"\nhunter22 \nx\"\"\"",
        "\"p\\\"hunter22\"",
    ] {
        let told = with("\"SMOKE_PASSWORD\"", env);
        assert!(!told.contains("hunter22"), "{told}");
        assert!(told.contains("`env` is not the name of an environment variable"), "{told}");
    }
    let told = with("\"SMOKE_PASSWORD\"", "\"hunter22 x=y\"");
    insta::assert_snapshot!(told, @r#"15:20 "\"************\"" `env` is not the name of an environment variable: letters, digits and `_`, and no digit first; name the variable, as in `password = { env = "SMOKE_PASSWORD" }`"#);
}

/// Accounts of these pools, each with all that it needs.
fn with_pools(pools: &[(&str, &str)]) -> String {
    let account = |(name, pool): &(&str, &str)| {
        format!(
            "[accounts.{name}]\nusername = {{ env = \"U\" }}\npassword = {{ env = \"P\" }}\npool = {pool}\n"
        )
    };
    mistakes(&[GOOD.to_owned(), pools.iter().map(account).collect()].concat())
}

#[test]
fn accounts_of_a_pool_and_a_pool_of_one_are_fine() {
    assert_eq!(with_pools(&[("a", "'clerks'"), ("b", "'clerks'"), ("c", "'night-shift'")]), "none");
}

#[test]
fn a_pool_is_not_called_as_an_account_is() {
    insta::assert_snapshot!(with_pools(&[("a", "'dispatcher'"), ("b", "'dispatcher'")]), @r#"19:8 "'dispatcher'" `dispatcher` is the name of an account, and cannot be that of a pool too: which of them would be meant?; call the pool something else: `dispatchers`"#);
}

#[test]
fn a_pool_that_was_most_likely_misspelt_names_the_other() {
    insta::assert_snapshot!(with_pools(&[("a", "'clerks'"), ("b", "'clerks'"), ("c", "'clerk'")]), @r#"27:8 "'clerk'" this account would be the only one of pool `clerk`: did you mean `clerks`?; pools with more accounts: clerks"#);
}

#[test]
fn what_cannot_be_the_name_of_a_pool_is_told() {
    insta::assert_snapshot!(with_pools(&[("a", "'night shift'"), ("b", "['clerks']")]), @r#"
        19:8 "'night shift'" `night shift` is not a name for a pool: letters, digits, `-`, `_` and `.`
        23:8 "['******']" `accounts.b.pool` must be a text in quotes: this is an array
    "#);
}

/// The pool for own logins, and accounts: name, pool, and where the user name comes from.
fn with_own_logins(pool: &str, accounts: &[(&str, &str, &str)]) -> String {
    let account = |(name, pool, user): &(&str, &str, &str)| {
        format!(
            "[accounts.{name}]\npool = {pool}\nusername = {{ env = \"{user}\" }}\npassword = {{ env = \"P\" }}\n"
        )
    };
    let good = GOOD.replace("[login]\n", &format!("[login]\nown_logins = {pool}\n"));
    mistakes(&[good, accounts.iter().map(account).collect()].concat())
}

#[test]
fn own_logins_are_of_a_pool_that_is_there() {
    assert_eq!(with_own_logins("'spares'", &[("a", "'spares'", "A")]), "none");
    insta::assert_snapshot!(with_own_logins("'spars'", &[("a", "'spares'", "A")]), @r#"5:14 "'spars'" no account is of pool `spars`: did you mean `spares`?; pools: spares"#);
    insta::assert_snapshot!(with_own_logins("'spares'", &[]), @r#"5:14 "'spares'" no account is of pool `spares`: a pool is there once an account says so; add `pool = "spares"` to accounts that nobody else signs in as"#);
    insta::assert_snapshot!(with_own_logins("'dispatcher'", &[]), @r#"5:14 "'dispatcher'" `dispatcher` is an account, and `own_logins` names a pool: a pool is there once an account says so; add `pool = "spares"` to accounts that nobody else signs in as"#);
    insta::assert_snapshot!(with_own_logins("['spares']", &[]), @r#"5:14 "['spares']" `login.own_logins` must be a text in quotes: this is an array"#);
}

#[test]
fn own_logins_are_of_users_that_nobody_else_signs_in_as() {
    let accounts = [("a", "'spares'", "A"), ("b", "'spares'", "SMOKE_USER"), ("c", "'spares'", "A")];
    insta::assert_snapshot!(with_own_logins("'spares'", &accounts), @r#"
        22:8 "'spares'" `b` signs in as the user that `dispatcher` is: a login as one would end the session of the other: `own_logins` says `spares`; give `b` a user of its own, or leave it out
        26:8 "'spares'" `c` signs in as the user that `a` is: a login as one would end the session of the other: `own_logins` says `spares`; give `c` a user of its own, or leave it out
    "#);
}

#[test]
fn a_wrong_selector_is_found_before_the_first_request() {
    insta::assert_snapshot!(with("[data-user]\"", "h1 >\""), @r#"7:13 "\"h1 >\"" `session.signed_in` is not a CSS selector: it cannot be read as one"#);
}

#[test]
fn wrong_types_and_names_are_all_told_at_once() {
    let text = GOOD
        .replace("name = \"Facilities\"", "name = 5")
        .replace("path = \"/\"", "path = \"home\"")
        .replace("[targets.staging]", "[targets.\"our staging\"]\nconcurrency = 0\nprotected = \"yes\"");
    insta::assert_snapshot!(mistakes(&text), @r#"
        3:8 "5" `platform.name` must be a text in quotes: this is an integer
        9:8 "\"home\"" `components.portal.path` is not a path: a path begins with one `/`
        11:10 "\"our staging\"" `our staging` is not a name for a target: letters, digits, `-`, `_` and `.`
        12:15 "0" `targets.our staging.concurrency` must be from 1 to 10000: out of range
        13:13 "\"yes\"" `targets.our staging.protected` must be `true` or `false`: this is a string
    "#);
}

/// Pieces of platform files, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "[platform]\n",
        "name = ",
        "[login]\n",
        "component = ",
        "[session]\n",
        "signed_in = ",
        "[components.a]\n",
        "path = ",
        "form = { page = ",
        "[targets.\"x y\"]\n",
        "url = ",
        "demo = true\n",
        "[accounts.a]\n",
        "password = { env = ",
        "password = '",
        "\"",
        "}",
        "\n",
        "\u{3000}",
        "1",
        "\"http://u:p@h\"\n",
        "é",
    ]);
    prop::collection::vec(prop_oneof![8 => known.prop_map(str::to_owned), 1 => ".{0,6}"], 0..24)
        .prop_map(|p| p.concat())
}

#[test]
fn where_requests_go_is_looked_at_too() {
    insta::assert_snapshot!(
        with(
            "url = \"https://staging.example.com\"",
            r#"url = "https://staging.example.com"
hosts = { work-ordres = "https://orders.example.com", portal = "https://a.example.com/app" }
origins = { portal = "http://10.0.0.8:9001", work-orders = ["10.0.0.8:9001"] }
resolve = { "platform.example.com:80" = "10.0.0.7", "b.example.com" = "c.example.com" }
foreign = "staging""#
        ),
        @r#"
        13:11 "work-ordres" there is no component `work-ordres`: did you mean `work-orders`?; components: portal, work-orders
        13:64 "\"https://a.example.com/app\"" this is not an address: only scheme, host and port; write it as `https://invoices.example.com`
        14:22 "\"http://10.0.0.8:9001\"" `targets.staging.origins.portal` must be a list of texts: this is a string
        14:61 "\"10.0.0.8:9001\"" this is not an address: relative URL without a base; write it as `https://invoices.example.com`
        15:13 "\"platform.example.com:80\"" this is not a host name: invalid international domain name; the port belongs to the address: `"platform.example.com" = "10.0.0.7:443"`
        15:71 "\"c.example.com\"" this is not the address of a machine: an IP address, with or without a port; write `10.0.0.7`, `10.0.0.7:8443` or `[fd00::7]:8443`
        16:11 "\"staging\"" a target is not foreign to itself: name another target
        "#
    );
}

/// What is said to a component with these keys of `api_write`.
fn of_api_write(keys: &str) -> String {
    with("[components.work-orders]", &format!("[components.work-orders]\napi_write = {{ {keys} }}"))
}

#[test]
fn a_write_by_json_may_be_told_in_many_ways() {
    for keys in [
        r#"url = "/api/records", body = { title = "{text}" }"#,
        r#"url = "https://api.example.com/records", method = "PUT", body = { note = { words = ["about {text}"] } }"#,
        r#"url = "/r", body = { t = "{text}" }, token = { header = "x-csrf-token", from = "/api/me", pointer = "/csrf" }"#,
        r#"url = "/r", body = { t = "{text}" }, token = { header = "x-csrf-token", from = "/", selector = "meta[name=csrf]", attribute = "content" }"#,
        r#"url = "/r", body = { t = "{text}" }, token = { header = "x-xsrf-token", cookie = "XSRF-TOKEN" }"#,
        r#"url = "/r", body = { t = "{text}" }, list = "/r", undo = "/r/{/id}/{/meta/version}""#,
        r#"url = "/r", body = { t = "{text}" }, undo = "{location}""#,
        r#"url = "/r", body = { t = "{text}" }, undo = { method = "POST", url = "{location}", body = { deleted = true } }"#,
    ] {
        assert_eq!(of_api_write(keys), "none", "{keys}");
    }
}

#[test]
fn a_write_by_json_that_is_told_wrongly_is_told_back() {
    insta::assert_snapshot!(of_api_write(""), @r##"
        11:1 "api_write" `url` is missing in `[components.work-orders.api_write]`: in this table; add `url = "/api/records"`
        11:1 "api_write" `body` is missing in `[components.work-orders.api_write]`: in this table; add `body = { title = "{text}" }`
    "##);
    insta::assert_snapshot!(of_api_write(r#"url = "/r", method = "GET", body = { title = "lamp" }, undo = { method = "delete", url = "/r/1" }"#), @r##"
        11:36 "\"GET\"" `GET` is no method that writes: not known here; methods: POST, PUT, PATCH
        11:50 "{ title = \"lamp\" }" the body of `api_write` has no `{text}`: what was written could not be known again; write `body = { title = "{text}" }`
        11:88 "\"delete\"" `delete` is no method that writes: not known here; methods: DELETE, POST, PUT, PATCH
    "##);
    insta::assert_snapshot!(of_api_write(r#"url = "/r", body = { t = "{text}" }, undo = "/r/{id}", lst = "/r""#), @r##"
        11:59 "\"/r/{id}\"" `{id}` is not known here: no JSON pointer, and not `location`; write `/api/records/{/id}`, with a JSON pointer into the answer, or `{location}`
        11:70 "lst" unknown key `lst` in `[components.work-orders.api_write]`: did you mean `list`?
    "##);
    insta::assert_snapshot!(of_api_write(r#"url = "/r", body = { t = "{text}" }, undo = "r/{/id}""#), @r##"11:59 "\"r/{/id}\"" `r/{/id}` is not an address: a path begins with one `/`; write `/api/records/{/id}`, with a JSON pointer into the answer, or `{location}`"##);
}

#[test]
fn a_token_that_stands_nowhere_or_twice_is_told_back() {
    let token = |keys: &str| {
        of_api_write(&format!(r#"url = "/r", body = {{ t = "{{text}}" }}, token = {{ {keys} }}"#))
    };
    insta::assert_snapshot!(token(""), @r##"
        11:52 "token" `header` is missing in `[components.work-orders.api_write.token]`: in this table; add `header = "x-csrf-token"`
        11:52 "token" the token stands in one place: it is not said where; name one of `pointer` (JSON), `selector` (a page) and `cookie`
    "##);
    insta::assert_snapshot!(token(r#"header = "x csrf", pointer = "csrf", cookie = "csrf""#), @r##"
        11:52 "token" the token stands in one place: more than one is named; name one of `pointer` (JSON), `selector` (a page) and `cookie`
        11:71 "\"******\"" this is not the name of a header: letters, digits and `-`
        11:91 "\"****\"" this is not a JSON pointer: it begins with `/`; write `pointer = "/csrf_token"`
    "##);
    insta::assert_snapshot!(token(r#"header = "x-csrf", pointer = "csrf""#), @r##"
        11:52 "token" `from` is missing in `[components.work-orders.api_write.token]`: in this table; add `from = "/api/me"`
        11:91 "\"****\"" this is not a JSON pointer: it begins with `/`; write `pointer = "/csrf_token"`
    "##);
    insta::assert_snapshot!(token(r#"header = "x-csrf", from = "/", selector = "meta[""#), @r##"11:104 "\"*****\"" `components.work-orders.api_write.token.selector` is not a CSS selector: Unexpected EOL"##);
}

proptest! {
    #[test]
    fn any_text_is_a_platform_file_or_has_mistakes_with_places_in_it(text in pieces()) {
        if let Err(refusal) = Platform::parse("smokestack.toml", &text, &[]) {
            prop_assert!(!refusal.mistakes.is_empty());
            for span in refusal.mistakes.iter().filter_map(|mistake| mistake.span.as_ref()) {
                prop_assert_eq!(span.text.len(), text.len());
                prop_assert!(span.text.get(span.range.clone()).is_some(), "{:?} in {:?}", span.range, text);
            }
        }
    }
}
