//! A suite binary whose outcome is known. `SPECIMEN` says which cases it has; the tests run it as a process.

use std::future::pending;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use smokestack_core::{
    ADVISORY, Blame, BoxFuture, Case, CaseLog, Cell, Class, ComponentInfo, Ending, Exchange, Fact,
    FailedCheck, Hop, Limits, LiveTarget, Mistake, Place, Plan, Policy, Probe, Program, Record, Redactor,
    Refusal, RunInfo, Trouble, Wishes,
};
use tokio::sync::Barrier;

const SECRET: &str = "correct horse & battery";

fn main() -> ExitCode {
    smokestack_runner::main(Specimen)
}

struct Specimen;

impl Program for Specimen {
    fn name(&self) -> &str {
        "specimen"
    }

    fn plan(&self, wishes: &Wishes) -> Result<Plan, Refusal> {
        let kinds = wishes.env.get("SPECIMEN").map_or("green", String::as_str);
        if kinds == "refused" {
            return Err(Mistake::new("target `nowhere` is not known").help("it has `demo`").into());
        }
        let redactor = Arc::new(Redactor::default());
        let component = |name: &str| ComponentInfo { name: name.to_owned(), issuer: name == "portal" };
        let run = RunInfo {
            program: self.name().to_owned(),
            platform: "made up".to_owned(),
            target: wishes.target.clone().unwrap_or_else(|| "demo".to_owned()),
            components: vec![component("portal"), component("invoices")],
            policy: Policy {
                required: kinds.contains("required").then(|| "suite".to_owned()).into_iter().collect(),
                ..Policy::default()
            },
            ..RunInfo::default()
        };
        let unready = kinds == "unready";
        Ok(Plan {
            run,
            cases: kinds.split(',').flat_map(|kind| cases(kind, &redactor)).collect(),
            limits: Limits { case: Duration::from_secs(20), ..Limits::default() },
            target: Arc::new(Bare { unready }),
            redactor,
        })
    }
}

/// A target that says on stderr when it is set up and torn down.
struct Bare {
    unready: bool,
}

impl LiveTarget for Bare {
    fn selected(&self, cases: Vec<String>) {
        say(&format!("{} selected", cases.len()));
    }

    fn set_up(&self) -> BoxFuture<'_, Result<String, Trouble>> {
        say("target set up");
        let help = Some("start it".to_owned());
        let ready = match self.unready {
            true => Err(Trouble { what: "the demo platform does not start".to_owned(), help }),
            false => Ok("http://made.up".to_owned()),
        };
        Box::pin(async move { ready })
    }

    fn evidence<'a>(&'a self, _: &'a Record) -> BoxFuture<'a, Vec<Fact>> {
        Box::pin(async { Vec::new() })
    }

    fn tear_down(&self) -> BoxFuture<'_, ()> {
        say("target torn down");
        Box::pin(async {})
    }
}

fn cases(kind: &str, redactor: &Arc<Redactor>) -> Vec<Case> {
    match kind {
        "green" => {
            let mut ignored = case("ignored", |_| async { Ending::Done });
            ignored.ignored = true;
            let mut page = answered("page", 200, |_, _| {});
            page.cell = Some(Cell { component: "portal".to_owned(), probe: Probe::Page });
            vec![
                page,
                case("form", |_| async { Ending::Done }),
                case("api", |_| async { Ending::Done }),
                ignored,
            ]
        }
        "wrong" => vec![wrong("wrong")],
        "advisory" => vec![Case { tags: vec![ADVISORY.to_owned()], ..wrong("advisory") }],
        "harness" => vec![case("harness", |log| async move {
            log.failed(FailedCheck::new(Blame::Harness, Class::Harness, "no password for `alice`"));
            Ending::Done
        })],
        "silent" => vec![case("silent", |log| async move {
            log.failed(silence());
            Ending::Done
        })],
        "blocked" => vec![case("blocked", |_| async { Ending::Blocked { by: "`login::alice`".to_owned() } })],
        "skipped" => vec![case("skipped", |_| async { Ending::Skipped { why: "no form".to_owned() } })],
        "panic" => vec![case("panic", |_| async { panic!("the suite is wrong") })],
        "early-panic" => vec![Case {
            body: Arc::new(|_| panic!("before the first await")),
            ..case("early-panic", |_| async { Ending::Done })
        }],
        "hang" => vec![limited(case("hang", |log| async move {
            log.entered("signing in as `alice`", Duration::ZERO);
            pending().await
        }))],
        "forever" => vec![case("forever", |_| pending())],
        "soft-then-hang" => vec![limited(case("soft-then-hang", |log| async move {
            log.failed(FailedCheck::new(Blame::Wrong, Class::Value, "title"));
            pending().await
        }))],
        "block-thread" => (0..5).map(|n| limited(blocking(&format!("block-thread-{n}")))).collect(),
        "flaky" => vec![flaky()],
        "together" => together(16),
        "tagged" => {
            let tagged = |name: &str, tags: &[&str]| Case {
                tags: tags.iter().map(ToString::to_string).collect(),
                ..answered(name, 200, |_, _| {})
            };
            vec![tagged("quick", &["critical"]), tagged("slow", &["critical", "slow"]), tagged("plain", &[])]
        }
        // One case waits for the other, and the second is not allowed to begin before the first has ended.
        "locked" => {
            ["first", "second"].map(|name| Case { lock: Some("mail".to_owned()), ..alone(name) }).into()
        }
        "serial" => ["first", "second"].map(|name| Case { serial: true, ..alone(name) }).into(),
        // Two cases that wait for a third, which is listed last.
        "relay" => relay(),
        "uneven" => vec![
            case("short", |_| async { Ending::Done }),
            limited(case("long", |_| async {
                tokio::time::sleep(Duration::from_millis(30)).await;
                Ending::Done
            })),
        ],
        "twins" => vec![case("twin", |_| async { Ending::Done }), case("twin", |_| async { Ending::Done })],
        "echo" => vec![echo(redactor)],
        "many" => (0..2000).map(|n| case(&format!("case-{n:04}"), |_| async { Ending::Done })).collect(),
        "touch" | "unready" => vec![case("touch", |_| async {
            say("body called");
            Ending::Done
        })],
        _ => Vec::new(),
    }
}

fn case<F>(name: &str, body: impl Fn(Arc<CaseLog>) -> F + Send + Sync + 'static) -> Case
where
    F: Future<Output = Ending> + Send + 'static,
{
    Case {
        suite: "suite".to_owned(),
        name: name.to_owned(),
        ..Case::new(
            Place { file: file!().to_owned(), line: line!(), column: 1 },
            Arc::new(move |log| Box::pin(body(log))),
        )
    }
}

/// A case that got a wrong answer.
fn wrong(name: &str) -> Case {
    answered(name, 302, |log, exchange| {
        let check = FailedCheck::new(Blame::Wrong, Class::Value, "text of `h1`");
        let check = check.at(Place::caller()).expected_found("`Orders`", "`\u{1b}[2J]]>\u{fffe}`");
        log.failed(check.about(exchange));
    })
}

/// Whoever waits goes on once the awaited case has begun.
fn relay() -> Vec<Case> {
    let begun = Arc::new(tokio::sync::watch::channel(false).0);
    let waits = |name: &str| {
        let heard = begun.subscribe();
        limited(case(name, move |_| {
            let mut heard = heard.clone();
            async move {
                let _ = heard.wait_for(|begun| *begun).await;
                Ending::Done
            }
        }))
    };
    let (first, second) = (waits("waits-1"), waits("waits-2"));
    let awaited = case("awaited", move |_| {
        let begun = Arc::clone(&begun);
        async move {
            begun.send_replace(true);
            Ending::Done
        }
    });
    vec![first, second, awaited]
}

/// A case that fails if another one like it runs beside it.
fn alone(name: &str) -> Case {
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    case(name, |log| async move {
        if RUNNING.fetch_add(1, Ordering::SeqCst) > 0 {
            log.failed(FailedCheck::new(Blame::Wrong, Class::Value, "another case runs beside this one"));
        }
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        Ending::Done
    })
}

/// A case that got an answer, so that the run can be judged.
fn answered(name: &str, status: u16, judge: fn(&CaseLog, usize)) -> Case {
    case(name, move |log| async move {
        let hop = Hop {
            method: "GET".to_owned(),
            url: "http://made.up/orders".to_owned(),
            component: Some("portal".to_owned()),
            status: Some(status),
            location: None,
            instance: None,
            release: Some("2023.32".to_owned()),
            login: false,
            cookies: Vec::new(),
            took: Duration::from_millis(3),
            timing: Default::default(),
            no_answer: None,
        };
        let exchange = Exchange { component: None, hops: vec![hop], took: Duration::from_millis(3) };
        let exchange = log.exchanged(exchange);
        log.met();
        judge(&log, exchange);
        Ending::Done
    })
}

fn limited(case: Case) -> Case {
    Case { time_limit: Some(Duration::from_millis(300)), ..case }
}

fn blocking(name: &str) -> Case {
    case(name, |_| async {
        loop {
            std::thread::park();
        }
    })
}

/// Silent at first, answered then.
fn flaky() -> Case {
    let calls = Arc::new(AtomicU32::new(0));
    let flaky = case("flaky", move |log| {
        let first = calls.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if first {
                log.failed(silence());
            }
            Ending::Done
        }
    });
    Case { retries: Some(1), ..flaky }
}

/// Cases that pass only if all of them are in flight at once.
fn together(cases: usize) -> Vec<Case> {
    let barrier = Arc::new(Barrier::new(cases));
    let one = |n| {
        let barrier = Arc::clone(&barrier);
        case(&format!("together-{n:02}"), move |_| {
            let barrier = Arc::clone(&barrier);
            async move {
                barrier.wait().await;
                Ending::Done
            }
        })
    };
    (0..cases).map(one).collect()
}

/// A case whose every text holds the secret.
fn echo(redactor: &Arc<Redactor>) -> Case {
    let redactor = Arc::clone(redactor);
    case("echo", move |log| {
        redactor.learn(SECRET, "password of `alice`");
        async move {
            let text = format!("{SECRET} correct+horse+%26+battery correct horse &amp; battery");
            let check = FailedCheck::new(Blame::Wrong, Class::Value, text.clone());
            let check =
                check.expected_found(text.clone(), text.clone()).note(text.clone()).help(text.clone());
            log.failed(check);
            log.entered(text.clone(), Duration::ZERO);
            panic!("{text}");
        }
    })
}

fn silence() -> FailedCheck {
    FailedCheck::new(Blame::Silent, Class::NoAnswer, "no answer from `portal`")
}

fn say(what: &str) {
    #[expect(clippy::print_stderr, reason = "the tests look for it")]
    {
        eprintln!("{what}");
    }
}
