//! Settings from each kind of place, as facts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use smokestack_core::{Fact, Wishes};

use super::Settings;
use crate::by_hand::{ok, serve};
use crate::one_component::{self, File};
use crate::run::Run;

/// A platform at this address whose component has these settings, with `TOKEN` in the environment.
fn run(url: &str, settings: &str, folder: &std::path::Path) -> Arc<Run> {
    let env = BTreeMap::from([("TOKEN".to_owned(), "open sesame".to_owned())]);
    let wishes = Wishes { env, ..Wishes::default() };
    let path = Some(folder.join("smokestack.toml"));
    one_component::run(url, File { portal: settings, path, ..File::default() }, &wishes)
}

/// The facts, a line each, ports and fingerprints replaced.
async fn told_in(url: &str, settings: &str, folder: &std::path::Path) -> String {
    let run = run(url, settings, folder);
    let component = run.component("portal").unwrap();
    let facts = Settings::new(run).of(&component).await;
    let shown = facts.into_iter().map(|fact| match fact {
        Fact::Settings { instance, source, values, .. } => {
            let values: Vec<String> = values.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("{source} {}: {}", instance.unwrap_or("-".into()), values.join(" "))
        }
        Fact::SettingsUnreadable { source, why, .. } => format!("{source} not read: {why}"),
        other => format!("{other:?}"),
    });
    shown
        .collect::<Vec<_>>()
        .join("\n")
        .replace(url, "URL")
        .replace(url.trim_start_matches("http://"), "HOST")
}

async fn told(url: &str, settings: &str) -> String {
    told_in(url, settings, std::path::Path::new("")).await
}

#[tokio::test]
async fn settings_over_http_in_every_format() {
    let (url, _) = serve(|head, _| match head.split(' ').nth(1) {
        Some("/json") => {
            ok("content-type: application/json\r\nx-instance: p-1\r\n", r#"{"session":{"store":"a"}}"#)
        }
        Some("/properties") => ok("", "session.store: a\n"),
        Some("/dotenv") => ok("content-type: text/plain\r\n", "SESSION_STORE='a'\n"),
        _ => ok("", "SESSION_STORE='a'\n"),
    });
    assert_eq!(told(&url, "settings = \"/json\"").await, "URL/json p-1: session.store=a");
    assert_eq!(told(&url, "settings = { url = \"/properties\" }").await, "URL/properties -: session.store=a");
    assert_eq!(told(&url, "settings = { url = \"/dotenv\" }").await, "URL/dotenv -: SESSION_STORE=a");
    let whole = format!("settings = {{ url = \"{url}/x/{{target}}\", format = \"properties\" }}");
    assert_eq!(
        told("http://127.0.0.1:1", &whole).await.replace(&url, "URL"),
        "URL/x/staging -: SESSION_STORE='a'"
    );
}

#[tokio::test]
async fn a_header_opens_settings_and_its_secret_is_learned() {
    let (url, _) = serve(|head, _| match head.contains("\r\nx-config-token: bearer open sesame\r\n") {
        true => ok("", "session.store: a\n"),
        false => "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned(),
    });
    let with = |value: &str| {
        format!(
            "settings = {{ url = \"/c\", header = {{ name = \"X-Config-Token\", prefix = \"Bearer \", value = {value} }} }}"
        )
    };
    assert_eq!(told(&url, &with("{ env = \"TOKEN\" }")).await, "URL/c -: session.store=a");
    assert_eq!(
        told(&url, "settings = \"/c\"").await,
        "URL/c not read: status 403; `header` in `settings` names a token"
    );
    assert_eq!(
        told(&url, &with("{ env = \"MISSING\" }")).await,
        "URL/c not read: environment variable `MISSING` is not set"
    );
    assert_eq!(
        told(&url, &with("{ command = [\"echo\", \"open sesame\"] }")).await,
        "URL/c -: session.store=a"
    );
    assert_eq!(
        told(&url, &with("{ command = [\"echo\", \"x\"] }")).await,
        "URL/c not read: the secret in command `echo x` is shorter than 4 characters: it could not be kept out of reports"
    );
    let run = run(&url, &with("{ env = \"TOKEN\" }"), std::path::Path::new(""));
    Settings::new(run.clone()).of(&run.component("portal").unwrap()).await;
    assert_eq!(run.redactor.redact("sent open sesame"), "sent [header `x-config-token`]");
}

#[tokio::test]
async fn what_is_no_settings_is_told_with_the_reason() {
    let (url, _) = serve(|head, _| match head.split(' ').nth(1) {
        Some("/login") => {
            "HTTP/1.1 302 Found\r\nconnection: close\r\nlocation: /sign-in\r\ncontent-length: 0\r\n\r\n"
                .into()
        }
        Some("/page") => ok("content-type: text/html\r\n", "<!doctype html><title>hunter22</title>"),
        Some("/broken") => ok("content-type: application/json\r\n", "{\"session.secret\": hunter22}"),
        _ => "HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".into(),
    });
    let told = async |path: &str| told(&url, &format!("settings = \"{path}\"")).await;
    insta::assert_snapshot!(told("/login").await, @"URL/login not read: status 302 to /sign-in; `header` in `settings` names a token");
    insta::assert_snapshot!(told("/page").await, @"URL/page not read: not settings but a page of HTML");
    insta::assert_snapshot!(told("/broken").await, @"URL/broken not read: not JSON: line 1, column 20");
    insta::assert_snapshot!(told("/none").await, @"URL/none not read: status 404");
    let nobody = self::told("http://127.0.0.1:1", "settings = \"/\"").await;
    insta::assert_snapshot!(nobody, @"URL/ not read: connect HOST: Connection refused (os error 111)");
}

#[tokio::test]
async fn each_instance_is_asked_until_as_many_as_there_should_be_have_answered() {
    let (url, asked) = serve(|_, number| {
        let instance = ["p-1", "p-1", "p-2"][number % 3];
        ok(&format!("x-instance: {instance}\r\n"), &format!("SESSION_STORE={instance}"))
    });
    assert_eq!(
        told(&url, "settings = \"/\"\ninstances = 2").await,
        "URL/ p-1: SESSION_STORE=p-1\nURL/ p-2: SESSION_STORE=p-2"
    );
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    assert_eq!(told(&url, "settings = \"/\"").await, "URL/ p-1: SESSION_STORE=p-1");
}

#[tokio::test]
async fn instances_that_never_come_or_have_no_name_are_not_waited_for() {
    let (url, asked) = serve(|_, _| ok("x-instance: p-1\r\n", "A=1"));
    assert_eq!(told(&url, "settings = \"/\"\ninstances = 2").await, "URL/ p-1: A=1");
    assert_eq!(asked.load(Ordering::Relaxed), 16);
    let (url, asked) = serve(|_, _| ok("", "A=1"));
    assert_eq!(told(&url, "settings = \"/\"\ninstances = 2").await, "URL/ -: A=1");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let (url, _) = serve(|_, number| match number {
        0 => "HTTP/1.1 500 No\r\nconnection: close\r\nx-instance: p-2\r\ncontent-length: 0\r\n\r\n".into(),
        _ => ok("x-instance: p-1\r\n", "A=1"),
    });
    assert_eq!(
        told(&url, "settings = \"/\"\ninstances = 2").await,
        "URL/ p-1: A=1\nURL/ not read: status 500 (p-2)"
    );
}

#[tokio::test]
async fn settings_in_a_file_lie_beside_the_platform_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("staging.properties"), "session.store = a\n").unwrap();
    let told = async |file: &str| {
        told_in("http://127.0.0.1:1", &format!("settings = {{ file = \"{file}\" }}"), folder.path()).await
    };
    insta::assert_snapshot!(told("{target}.properties").await, @"file `staging.properties` -: session.store=a");
    insta::assert_snapshot!(told("none.json").await, @"file `none.json` not read: cannot be read: No such file or directory (os error 2)");
}

#[tokio::test]
async fn settings_from_a_program_need_no_shell() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("app.env"), "export SESSION_STORE=\"a\"\nSESSION_SECRET=hunter22\n")
        .unwrap();
    let told = async |words: &str| {
        let settings = format!("settings = {{ command = {words} }}");
        told_in("http://127.0.0.1:1", &settings, folder.path()).await
    };
    let read = told("[\"cat\", \"app.env\"]").await;
    assert!(read.starts_with("command `cat app.env` -: SESSION_SECRET=secret, fingerprint "), "{read}");
    assert!(read.ends_with(" SESSION_STORE=a") && !read.contains("hunter22"), "{read}");
    insta::assert_snapshot!(told("[\"echo\", \"A=$HOME {target}\"]").await, @"command `echo A=$HOME staging` -: A=$HOME staging");
    insta::assert_snapshot!(told("[\"sh\", \"-c\", \"echo no cluster >&2; exit 3\"]").await, @r#"command `sh -c echo no cluster >&2; exit 3` not read: fails with exit status: 3 and says "no cluster""#);
    insta::assert_snapshot!(told("[\"no-such-program\"]").await, @"command `no-such-program` not read: cannot be started: No such file or directory (os error 2)");
}

#[tokio::test]
async fn a_component_without_settings_is_not_asked() {
    assert_eq!(told("http://127.0.0.1:1", "").await, "");
}
