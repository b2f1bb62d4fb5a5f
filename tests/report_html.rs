//! The report for people, in a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use fixture_platform::{Component, Fault, Options, Platform, Release, Target};
use harness_tests::run;
use scraper::{ElementRef, Html, Selector};

use crate::incident::suites_against;

/// A page as the browser has it, and what its console says.
struct Opened {
    page: Html,
    console: Vec<String>,
}

/// The report of the incident, and what the run said of it.
fn incident() -> &'static (String, String) {
    static REPORT: OnceLock<(String, String)> = OnceLock::new();
    REPORT.get_or_init(|| {
        let fault = Fault::WrongStore { component: Component::WorkOrders };
        let options = Options::new(Target::Prod).release(Release::R2).fault(fault);
        report_of(&Platform::start(options).expect("the platform starts"), 101)
    })
}

fn report_of(platform: &Platform, code: i32) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = run(suites_against(platform, "prod").env("SMOKESTACK_REPORTS", folder.path()));
    assert_eq!(ran.code, code, "{}", ran.stderr);
    let path = folder.path().join("report.html");
    let said = format!("\nreport {}\n", path.display());
    assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    (std::fs::read_to_string(path).expect("there is a report"), ran.stderr)
}

/// Opens a page in chromium.
fn opened(html: &str, flags: &[&str]) -> Opened {
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("report.html");
    std::fs::write(&path, html).expect("it is written");
    let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
    let mut chromium = Command::new("chromium");
    chromium.args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", &profile]);
    chromium.args(flags).arg("--dump-dom").arg(address(&path));
    let output = chromium.output().unwrap_or_else(|error| {
        panic!("`chromium` is needed ({error}): `sudo apt-get update && sudo apt-get install -y chromium`")
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stderr);
    let console = said.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    Opened { page: Html::parse_document(&String::from_utf8_lossy(&output.stdout)), console }
}

fn address(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The page with another policy for scripts.
fn with_policy(html: &str, scripts: &str) -> String {
    let (before, rest) = html.split_once("script-src ").expect("the policy names a script");
    let (_, rest) = rest.split_once(';').expect("the policy goes on");
    format!("{before}script-src {scripts};{rest}")
}

/// The page with a script of the test's own in it, which the page's policy would not let run.
fn with_script(html: &str, script: &str) -> String {
    let end = "</body>";
    assert!(html.contains(end));
    let probe = format!("<pre id=\"probe\"></pre><script>{script}</script>{end}");
    with_policy(html, "'unsafe-inline'").replace(end, &probe)
}

fn all<'h>(page: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    page.select(&Selector::parse(selector).expect("a selector")).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn text_of(page: &Html, selector: &str) -> String {
    let found = all(page, selector);
    let [one] = found.as_slice() else { panic!("{} of `{selector}`", found.len()) };
    text(*one)
}

#[test]
fn a_person_sees_the_verdict_the_guilty_component_and_the_table() {
    let (html, _) = incident();
    let Opened { page, console } = opened(html, &[]);
    assert_eq!(text_of(&page, "head > title"), "FAIL: prod");
    assert_eq!(text_of(&page, "h1"), "FAIL roll back: work-orders does not accept the platform session");
    assert!(
        text_of(&page, "header .facts").contains("exit code 101 the platform is broken target prod http://")
    );
    let finding = text_of(&page, "#findings article");
    for told in [
        "blamed work-orders",
        "cause it keeps sessions in another store than the component that issues them",
        "proof cookie `platform_session` was sent",
    ] {
        assert!(finding.contains(told), "{told}: {finding}");
    }
    let rows: Vec<String> = all(&page, "#session tbody tr").into_iter().map(text).collect();
    assert!(rows.iter().any(|row| row.starts_with("work-orders LOST - - LOST - LOST")), "{rows:#?}");
    assert!(rows.iter().any(|row| row.starts_with("invoices ok ok - ok - ok")), "{rows:#?}");
    let failure = text(all(&page, "#failures .failure")[0]);
    for told in [
        "failed session::work-orders::page",
        "expected somebody signed in",
        "found status 302 to /login?next=/work-orders/",
        "cookie `platform_session` was sent",
        "curl -i -b 'platform_csrf=VALUE; platform_session=VALUE' --url http://",
    ] {
        assert!(failure.contains(told), "{told}: {failure}");
    }
    assert!(text_of(&page, "#blocked").contains("10 cases blocked by ` session::work-orders::page `"));
    assert!(
        text_of(&page, "#rerun").contains("--exact session::work-orders::page session::work-orders::api")
    );
    assert_eq!(all(&page, "#filter").len(), 1, "the page's own script has run");
    assert!(console.is_empty(), "{console:#?}");
}

#[test]
fn a_script_that_is_not_the_page_s_own_does_not_run() {
    let (html, _) = incident();
    let foreign = html.replace("</body>", "<script>document.title = 'owned'</script></body>");
    let Opened { page, console } = opened(&foreign, &[]);
    assert_eq!(text_of(&page, "head > title"), "FAIL: prod");
    assert_eq!(console.len(), 1, "{console:#?}");
}

#[test]
fn without_scripts_all_of_it_is_there() {
    let (html, _) = incident();
    let bare = opened(&with_policy(html, "'none'"), &[]).page;
    let scripted = opened(html, &[]).page;
    assert_eq!(all(&bare, "#filter, dialog").len(), 0, "no script has run");
    let sections = all(&bare, "main > section");
    assert!(sections.len() > 6, "{}", sections.len());
    for section in sections {
        let id = section.value().id().expect("a section has an id");
        let (with, without) = (text_of(&scripted, &format!("#{id}")), text(section));
        assert_eq!(with.replacen(" Filter Show", " Show", 1), without, "{id}");
    }
    assert_eq!(all(&bare, "[hidden]").len(), 1, "the choice, which the style sheet shows");
}

#[test]
fn keys_lead_from_failure_to_failure_and_the_filter_narrows_the_list() {
    let (html, _) = incident();
    let probe = r##"
        const told = [];
        const press = (key) => (document.activeElement || document.body)
            .dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        const at = () => document.activeElement.id;
        const shown = () => [...document.querySelectorAll("#cases tbody tr")].filter((row) => row.offsetParent).length;
        for (const key of ["j", "j", "j", "j", "k", "/"]) { press(key); told.push(`${key} ${at()}`); }
        const input = document.querySelector("#filter");
        input.value = "work-orders failed";
        input.dispatchEvent(new Event("input", { bubbles: true }));
        told.push(`filtered ${shown()} of ${document.querySelectorAll("#cases tbody tr").length}`);
        press("Escape");
        document.querySelector("#only-blocked").click();
        told.push(`blocked ${shown()}`);
        press("?");
        told.push(`help ${document.querySelector("dialog").open}`);
        document.querySelector("#probe").textContent = told.join("; ");
    "##;
    let Opened { page, console } = opened(&with_script(html, probe), &[]);
    assert_eq!(
        text_of(&page, "#probe"),
        "j failure-1; j failure-2; j failure-3; j failure-3; k failure-2; / filter; filtered 3 of 80; blocked 10; help true"
    );
    assert!(console.is_empty(), "{console:#?}");
}

#[test]
fn every_text_stands_out_in_light_and_dark_and_fits_a_narrow_window() {
    let (html, _) = incident();
    // Contrast as WCAG 2.2 has it, 1.4.3: 4.5 to 1.
    let probe = r##"
        const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
        const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
            .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
            .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
        const behind = (element) => {
            for (let at = element; at; at = at.parentElement) {
                const colour = getComputedStyle(at).backgroundColor;
                if (parts(colour)[3] !== 0) return colour;
            }
        };
        let worst = [99, ""], looked = 0;
        for (const element of document.querySelectorAll("body *:not(script):not(svg *)")) {
            const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
            if (!own) continue;
            looked += 1;
            const [one, other] = [light(getComputedStyle(element).color), light(behind(element))];
            const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
            if (ratio < worst[0]) worst = [ratio, element.outerHTML.slice(0, 80)];
        }
        const room = document.documentElement;
        document.querySelector("#probe").textContent = JSON.stringify({
            worst, looked, dark: matchMedia("(prefers-color-scheme: dark)").matches,
            wide: room.scrollWidth - room.clientWidth,
        });
    "##;
    for (dark, flag) in [(false, "--window-size=500,900"), (true, "--blink-settings=preferredColorScheme=0")]
    {
        let told = text_of(&opened(&with_script(html, probe), &[flag]).page, "#probe");
        let told: serde_json::Value = serde_json::from_str(&told).expect("the probe tells JSON");
        assert_eq!((&told["dark"], &told["wide"]), (&dark.into(), &0.into()), "{told}");
        assert!(told["looked"].as_u64() > Some(300) && told["worst"][0].as_f64() > Some(4.5), "{told}");
    }
}

#[test]
fn a_green_run_is_green_and_has_nothing_to_run_again() {
    let platform =
        Platform::start(Options::new(Target::Prod).release(Release::R2)).expect("the platform starts");
    let (html, _) = report_of(&platform, 0);
    let Opened { page, console } = opened(&html, &[]);
    assert_eq!(
        (text_of(&page, "head > title"), text_of(&page, "h1")),
        ("PASS: prod".to_owned(), "PASS".to_owned())
    );
    assert_eq!(all(&page, "#failures, #findings, #rerun").len(), 0);
    assert!(all(&page, "#cases tbody tr.passed").len() > 60);
    assert!(console.is_empty(), "{console:#?}");
}
