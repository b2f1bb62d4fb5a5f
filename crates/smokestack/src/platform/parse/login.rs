//! `[login]`: how an account becomes a session.

use std::collections::BTreeMap;

use url::Url;

use super::account::source;
use super::{header_name, known_component};
use crate::login::{BUILT_IN, Template};
use crate::platform::ComponentConfig;
use crate::platform::login::{
    ClientAuth, ClientLogin, Expected, FormStep, JsonLogin, LoginConfig, OidcClient, OidcLogin,
    PASSWORD_FORM, TokenHeader, WaySettings,
};
use crate::platform::nearest::nearest;
use crate::platform::reader::{Reader, Table, Text};

/// The table, and the pool that it names, which is known once the accounts are; `own` are the names of the suite binary's own
/// ways. `None` after a mistake.
pub(super) fn login(
    reader: &Reader,
    table: Table<'_>,
    components: &[ComponentConfig],
    own: &[String],
) -> (Option<LoginConfig>, Option<Text>) {
    let component = table.required_text("component", "component = \"portal\"");
    if let Some(text) = &component {
        let known: Vec<&str> = components.iter().map(|component| component.name.as_str()).collect();
        known_component(reader, text, &known);
    }
    let page = table.path("page").unwrap_or_else(|| "/login".to_owned());
    let (check, budget) = (table.address("check"), table.duration("budget"));
    let per_minute = table.count("per_minute");
    let own_logins = table.text("own_logins");
    let way = if table.has("way") { table.text("way").map(|way| way.value) } else { Some("form".to_owned()) };
    let Some(way) = way else { return (None, own_logins) };
    let settings = match way.as_str() {
        "form" => Some(WaySettings::Form(steps(reader, &table))),
        "json" => json(reader, &table).map(WaySettings::Json),
        "basic" => Some(WaySettings::Basic),
        "bearer" => Some(WaySettings::Bearer(token_header(reader, &table))),
        "client-credentials" => client_credentials(reader, &table).map(WaySettings::ClientCredentials),
        "oidc" => oidc(reader, &table).map(|oidc| WaySettings::Oidc(Box::new(oidc))),
        name if own.iter().any(|own| own == name) => Some(WaySettings::Own(options(&table))),
        name => {
            unknown_way(reader, &table, name, own);
            return (None, own_logins);
        }
    };
    table.finish();
    let pool = own_logins.as_ref().map(|pool| pool.value.clone());
    let config = component.zip(settings).map(|(component, settings)| {
        let component = component.value;
        LoginConfig { component, page, way, settings, check, budget, per_minute, own_logins: pool }
    });
    (config, own_logins)
}

fn unknown_way(reader: &Reader, table: &Table<'_>, name: &str, own: &[String]) {
    let known: Vec<&str> = BUILT_IN.into_iter().chain(own.iter().map(String::as_str)).collect();
    let label = match nearest(name, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "not known here".to_owned(),
    };
    let help = format!("ways: {}; an own one is added with `Suites::login_way`", known.join(", "));
    let place = table.place("way").unwrap_or_default();
    reader.mistake_with_help(format!("there is no way to log in `{name}`"), place, label, help);
}

/// Several steps, or the one that `form`, `username` and `password` tell.
fn steps(reader: &Reader, table: &Table<'_>) -> Vec<FormStep> {
    if table.has("steps") {
        return table.tables("steps").into_iter().filter_map(|step| self::step(reader, step)).collect();
    }
    let form = table.selector("form");
    let field = |key: &'static str| table.text(key).map_or_else(|| key.to_owned(), |text| text.value);
    let fill = vec![
        (field("username"), Template::new("{username}")),
        (field("password"), Template::new("{password}")),
    ];
    let form = form.unwrap_or_else(|| PASSWORD_FORM.to_owned());
    vec![FormStep { form: Some(form), fill, optional: false }]
}

fn step(reader: &Reader, table: Table<'_>) -> Option<FormStep> {
    let form = table.selector("form");
    let fill = table.fields("fill").unwrap_or_default();
    if form.is_none() && fill.is_empty() && !table.has("form") && !table.has("fill") {
        table.missing("form", "form = \"form#login\"");
    }
    let optional = table.flag("optional").unwrap_or(false);
    table.finish();
    let fill = fill.into_iter().map(|(field, text)| Some((field, template(reader, &text)?)));
    Some(FormStep { form, fill: fill.collect::<Option<_>>()?, optional })
}

/// A text in which credentials are put; `None` after a mistake.
fn template(reader: &Reader, text: &Text) -> Option<Template> {
    let template = Template::new(&text.value);
    let Some(unknown) = template.unknown() else { return Some(template) };
    let known = ["username", "password", "token", "totp"];
    let label = match nearest(unknown, &known) {
        Some(near) => format!("did you mean `{{{near}}}`?"),
        None => "not known here".to_owned(),
    };
    let help = format!("placeholders: {}", known.map(|word| format!("{{{word}}}")).join(", "));
    reader.mistake_with_help(format!("unknown placeholder `{{{unknown}}}`"), text.range.clone(), label, help);
    None
}

fn json(reader: &Reader, table: &Table<'_>) -> Option<JsonLogin> {
    if !table.has("url") {
        table.missing("url", "url = \"/api/login\"");
    }
    let url = table.address("url");
    let body = if table.has("body") {
        let mut fine = true;
        let body = table.json("body", &mut |text| fine &= template(reader, text).is_some());
        body.filter(|_| fine)
    } else {
        Some(serde_json::json!({ "username": "{username}", "password": "{password}" }))
    };
    let token = pointer(reader, table, "token");
    // Of a cookie's login there is no header to name.
    let header = if token.is_some() { token_header(reader, table) } else { TokenHeader::default() };
    Some(JsonLogin { url: url?, body: body?, token, header })
}

/// A JSON pointer (RFC 6901).
fn pointer(reader: &Reader, table: &Table<'_>, key: &'static str) -> Option<String> {
    let text = table.text(key)?;
    if !text.value.starts_with('/') {
        let help = format!("write `{key} = \"/access_token\"`");
        reader.mistake_with_help(
            format!("`login.{key}` is not a JSON pointer"),
            text.range,
            "it begins with `/`",
            help,
        );
        return None;
    }
    Some(text.value)
}

fn token_header(reader: &Reader, table: &Table<'_>) -> TokenHeader {
    let default = TokenHeader::default();
    let name = table.text("header").and_then(|text| Some(header_name(reader, &text)?.to_string()));
    let name = name.unwrap_or(default.name);
    // Where the header is another one, the token mostly stands in it by itself.
    let prefix = if name == "authorization" { default.prefix } else { String::new() };
    let prefix = table.any_text("prefix").unwrap_or(prefix);
    TokenHeader { name, prefix }
}

fn client_credentials(reader: &Reader, table: &Table<'_>) -> Option<ClientLogin> {
    if !table.has("token_url") {
        table.missing("token_url", "token_url = \"/oauth/token\"");
    }
    let token_url = table.address("token_url");
    let scope = table.text("scope").map(|text| text.value);
    let client_auth = client_auth(reader, table);
    let header = token_header(reader, table);
    Some(ClientLogin { token_url: token_url?, scope, client_auth: client_auth?, header })
}

fn client_auth(reader: &Reader, table: &Table<'_>) -> Option<ClientAuth> {
    match table.text("client_auth") {
        None if table.has("client_auth") => None,
        None => Some(ClientAuth::Basic),
        Some(text) => match text.value.as_str() {
            "basic" => Some(ClientAuth::Basic),
            "body" => Some(ClientAuth::Body),
            other => {
                let what = format!("there is no way for a client to prove itself `{other}`");
                reader.mistake(what, text.range, "`basic` or `body`");
                None
            }
        },
    }
}

fn oidc(reader: &Reader, table: &Table<'_>) -> Option<OidcLogin> {
    if !table.has("provider") {
        table.missing("provider", "provider = \"https://id.example.com\"");
    }
    let issuer = table.text("provider").filter(|text| whole_address(reader, "provider", text).is_some());
    let steps = steps(reader, table);
    let client = if table.has("client_id") { Some(oidc_client(reader, table)) } else { None };
    let expects = if client.is_none() { expects(reader, table) } else { Some(Vec::new()) };
    let client = match client {
        Some(client) => Some(client?),
        None => None,
    };
    Some(OidcLogin { issuer: issuer?.value, steps, expects: expects?, client })
}

fn oidc_client(reader: &Reader, table: &Table<'_>) -> Option<OidcClient> {
    let id = table.text("client_id");
    if !table.has("redirect_uri") {
        table.missing("redirect_uri", "redirect_uri = \"https://platform.example.com/callback\"");
    }
    let redirect_uri =
        table.text("redirect_uri").and_then(|text| whole_address(reader, "redirect_uri", &text));
    let scope = table.text("scope").map_or_else(|| "openid".to_owned(), |text| text.value);
    let secret = source(reader, table, "client_secret", "client_secret = { env = \"SMOKE_CLIENT_SECRET\" }");
    let client_auth = client_auth(reader, table);
    let header = token_header(reader, table);
    Some(OidcClient {
        id: id?.value,
        redirect_uri: redirect_uri?,
        scope,
        secret,
        client_auth: client_auth?,
        header,
    })
}

fn expects(reader: &Reader, table: &Table<'_>) -> Option<Vec<Expected>> {
    const ALL: [(&str, Expected); 3] =
        [("state", Expected::State), ("nonce", Expected::Nonce), ("pkce", Expected::Pkce)];
    if !table.has("expects") {
        return Some(ALL.map(|(_, expected)| expected).to_vec());
    }
    let words = table.texts("expects")?.into_iter();
    let found = words.map(|word| ALL.iter().find(|(name, _)| *name == word).map(|(_, expected)| *expected));
    let found: Option<Vec<Expected>> = found.collect();
    if found.is_none() {
        let place = table.place("expects").unwrap_or_default();
        reader.mistake("`login.expects` knows `state`, `nonce` and `pkce`", place, "not known here");
    }
    found
}

/// An address with scheme and host.
fn whole_address(reader: &Reader, key: &str, text: &Text) -> Option<Url> {
    let parsed = Url::parse(&text.value).map_err(|error| error.to_string());
    let why = match parsed {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => "only `http` and `https`".to_owned(),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "credentials do not belong into an address".to_owned()
        }
        Ok(url) => return Some(url),
        Err(error) => error,
    };
    let help = format!("write it as `{key} = \"https://id.example.com\"`");
    reader.mistake_with_help(format!("`login.{key}` is not a whole address"), text.range.clone(), why, help);
    None
}

/// The texts that an own way reads.
fn options(table: &Table<'_>) -> BTreeMap<String, String> {
    let entries = table.fields("options").unwrap_or_default();
    entries.into_iter().map(|(key, text)| (key, text.value)).collect()
}

impl Default for TokenHeader {
    fn default() -> TokenHeader {
        TokenHeader { name: "authorization".to_owned(), prefix: "Bearer ".to_owned() }
    }
}
