//! Settings of components read from each kind of place, compared whatever their spelling, and never shown when secret.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use fixture_platform::{Component, Fault, Options, Platform, Target};
use harness_tests::run;

use crate::incident::suites_against;
use crate::shown::assert_shown;

const ADDRESS: &str = "settings = \"/work-orders/internal/config\"";

/// A platform whose work orders have the wrong store, and whose other settings are those of everybody.
fn platform() -> Platform {
    let fault = Fault::WrongStore { component: Component::WorkOrders };
    Platform::start(Options::new(Target::Staging).fault(fault)).expect("the platform starts")
}

/// The stock platform file, the settings of work orders elsewhere.
fn file(folder: &Path, settings: &str) -> PathBuf {
    let text = include_str!("../suites/smokestack.toml");
    assert!(text.contains(ADDRESS), "{ADDRESS}");
    let file = folder.join("smokestack.toml");
    std::fs::write(&file, text.replace(ADDRESS, settings)).expect("it is written");
    file
}

fn suites_with(platform: &Platform, file: &Path) -> Command {
    let mut command = suites_against(platform, "staging");
    command.arg("--config").arg(file).arg("::page");
    command
}

/// What the one finding of a run says of settings: its cause and its notes.
fn finding(command: &mut Command) -> String {
    let ran = run(command);
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    let mut findings = ran.stderr.split("\n\n").filter(|part| part.starts_with("finding:"));
    let finding = findings.next().unwrap_or_default();
    assert_eq!(findings.next(), None, "{}", ran.stderr);
    let mut is_proof = false;
    let lines = finding.lines().filter(|line| {
        is_proof = line.starts_with("  proof") || (is_proof && line.starts_with("     "));
        !is_proof
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn settings_of_the_platform_itself_in_each_of_its_formats_behind_a_token() {
    let fault = Fault::WrongDb { component: Component::WorkOrders };
    let options = Options::new(Target::Staging).fault(fault).config_token("let me see");
    let (platform, folder) =
        (Platform::start(options).expect("it starts"), tempfile::tempdir().expect("a folder"));
    let header = "header = { name = \"x-internal-token\", value = { file = \"token\" } }";
    std::fs::write(folder.path().join("token"), "let me see\n").expect("it is written");
    for (format, key) in [
        ("flat", "session.store"),
        ("nested", "session.store"),
        ("properties", "session.store"),
        ("dotenv", "SESSION_STORE"),
    ] {
        let url = |path: &str, format: &str| {
            format!("settings = {{ url = \"{path}/internal/config?format={format}\", {header} }}")
        };
        let file = file(folder.path(), &url("/work-orders", format));
        let text = std::fs::read_to_string(&file).expect("it is read");
        std::fs::write(&file, text.replace("settings = \"/internal/config\"", &url("", "flat")))
            .expect("it is written");
        let told = finding(&mut suites_with(&platform, &file));
        let cause = "cause   it keeps sessions in another database of the store than the component that issues them\n";
        assert!(told.contains(cause), "{format}: {told}");
        assert!(told.contains(&format!("work-orders   {key}")), "{format}: {told}");
    }
}

#[test]
fn settings_in_a_file_beside_the_platform_file() {
    let (platform, folder) = (platform(), tempfile::tempdir().expect("a folder"));
    let old = platform.stores().old;
    std::fs::create_dir(folder.path().join("config")).expect("it is made");
    std::fs::write(
        folder.path().join("config/work-orders-staging.properties"),
        format!("# of work orders\nsession.store: {old}\nsession.prefix = platform:session:\n"),
    )
    .expect("it is written");
    let file = file(folder.path(), "settings = { file = \"config/work-orders-{target}.properties\" }");
    assert_shown!("settings-in-a-file", finding(&mut suites_with(&platform, &file)));
}

#[test]
fn settings_that_a_program_prints_in_another_spelling() {
    let (platform, folder) = (platform(), tempfile::tempdir().expect("a folder"));
    let old = platform.stores().old;
    std::fs::write(folder.path().join("app.env"), format!("export SESSION_STORE_URL='{old}'\n"))
        .expect("it is written");
    let file = file(folder.path(), "settings = { command = [\"cat\", \"app.env\"], format = \"dotenv\" }");
    assert_shown!("settings-from-a-program", finding(&mut suites_with(&platform, &file)));
}

#[test]
fn settings_behind_a_token_whose_variable_is_not_set_are_told_to_be_so() {
    let (platform, folder) = (platform(), tempfile::tempdir().expect("a folder"));
    let url = serve(vec![("/config", "session.store = redis://elsewhere:6379\n".to_owned())]);
    let header = "header = { name = \"X-Config-Token\", value = { env = \"CONFIG_TOKEN\" } }";
    let file = file(folder.path(), &format!("settings = {{ url = \"{url}/config\", {header} }}"));
    assert_shown!("settings-without-their-token", finding(&mut suites_with(&platform, &file)));
}

#[test]
fn another_key_is_the_cause_and_no_secret_is_shown() {
    let (platform, folder) = (platform(), tempfile::tempdir().expect("a folder"));
    let with = |secret: &str| {
        format!(
            "SESSION_STORE=redis://app:store-pass-77@sessions:6379/0\nSESSION_SECRET='{secret}'\nSTRIPE_API_KEY=pay-11223344\n"
        )
    };
    let url = serve(vec![
        ("/portal", with("the key of the portal")),
        ("/work-orders", with("some other key of theirs")),
    ]);
    let header = "header = { name = \"X-Config-Token\", value = { env = \"CONFIG_TOKEN\" } }";
    let settings =
        |path: &str| format!("settings = {{ url = \"{url}/{path}\", format = \"dotenv\", {header} }}");
    let file = file(folder.path(), &settings("work-orders"));
    let text = std::fs::read_to_string(&file).expect("it is read");
    let text = text.replace("settings = \"/internal/config\"", &settings("portal"));
    std::fs::write(&file, text).expect("it is written");
    let junit = folder.path().join("smoke.xml");
    let mut command = suites_with(&platform, &file);
    command.env("CONFIG_TOKEN", "token-5566778899").arg("--junit").arg(&junit);
    let ran = run(&mut command);
    let shown = format!("{}{}{}", ran.stdout, ran.stderr, std::fs::read_to_string(junit).expect("a report"));
    let cause = "it verifies sessions with another key than the component that issues them\n";
    assert!(shown.contains(cause), "{shown}");
    assert!(shown.contains("portal        SESSION_SECRET = secret, fingerprint "), "{shown}");
    for secret in [
        "the key of the portal",
        "some other key of theirs",
        "store-pass-77",
        "pay-11223344",
        "token-5566778899",
    ] {
        assert!(!shown.contains(secret), "`{secret}` is shown:\n{shown}");
    }
}

/// Serves texts by path to whoever has the token; its address.
fn serve(texts: Vec<(&'static str, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let Ok(reading) = stream.try_clone() else { continue };
            let (mut reader, mut head) = (BufReader::new(reading), String::new());
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {}
            let path = head.split(' ').nth(1).unwrap_or_default();
            let may = head.to_ascii_lowercase().contains("\r\nx-config-token: token-5566778899\r\n");
            let text = texts.iter().find(|(known, _)| *known == path).filter(|_| may);
            let (status, body) = text.map_or(("403 Forbidden", ""), |(_, text)| ("200 OK", text.as_str()));
            let length = body.len();
            // Whoever does not wait for the answer does not need it.
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            );
        }
    });
    url
}
