//! Two targets side by side: what read-only requests are answered on both, and what of the answers is another.

mod allowed;
mod cases;
mod compare;
mod portrait;
mod side;
#[cfg(test)]
mod tests;
mod visit;
mod watched;
mod words;

use std::sync::Arc;

use smokestack_core::{Case, LiveTarget as _, Mistake, Redactor, Refusal, Selection, Wishes};

use crate::Suites;
use crate::platform::Address;
use crate::run::Run;
use crate::run_target::RunTarget;
use allowed::Allowances;
use compare::compare;
use side::{Answer, Side};
use visit::{Asked, Visit};

pub use allowed::Allowance;
pub(crate) use watched::Watched;

/// How two targets differ.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Twin {
    /// The two.
    pub sides: [TwinSide; 2],
    /// How many answers of each were compared, logins among them.
    pub compared: usize,
    /// What differs and nobody has declared, in the order of the platform file.
    pub differences: Vec<Difference>,
    /// What differs and may.
    pub allowed: Vec<Allowance>,
    /// What may differ, and does not.
    pub idle: Vec<Allowance>,
    /// What could not be compared: what neither target answered, and cases that came to no end, a line each.
    pub unanswered: Vec<String>,
}

/// One of two targets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TwinSide {
    /// Its name.
    pub target: String,
    /// Its address.
    pub url: String,
}

/// Something that two targets do not have alike.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Whose answer it is.
    pub component: String,
    /// What was asked for, and by whom: ``/work-orders/ as `dispatcher` ``.
    pub page: String,
    /// What differs: `status`, `header vary`.
    pub what: String,
    /// How: the first target's behind `-`, the second one's behind `+`.
    pub lines: Vec<String>,
    /// The other answers that differ in just this way, as [`Difference::page`] says them.
    pub also: Vec<String>,
}

/// Why two targets could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum TwinError {
    /// The platform file or what was asked for is wrong; nothing was sent.
    #[error("{} mistakes in the plan", .0.mistakes.len())]
    Refused(Refusal),
    /// A target is out of reach, or nobody can sign in there: what went wrong, a line each, redacted.
    #[error("{}", .0.join("\n"))]
    NotJudged(Vec<String>),
}

impl From<Refusal> for TwinError {
    fn from(refusal: Refusal) -> TwinError {
        TwinError::Refused(refusal)
    }
}

impl Suites {
    /// Asks two targets for the same: the landing page, the API and the form page of each component, as the first account
    /// and as a visitor who has not signed in; the rows of the page tables; whatever the read-only cases of these suites
    /// ask for. Compares the answers. Nothing is written.
    ///
    /// Each target is named by its wishes, which may say another address for it. Of what both are asked for, only what is
    /// selected is: a page by its component, its path and who asks, ``work-orders /work-orders/ as `dispatcher` ``; a case
    /// by its full name.
    ///
    /// # Errors
    ///
    /// The platform file is wrong, nothing is selected, a target does not answer, or an account cannot sign in.
    pub async fn twin(&self, wishes: &[Wishes; 2], selection: &Selection) -> Result<Twin, TwinError> {
        let redactor = Arc::<Redactor>::default();
        let [one, other] = self.both(wishes, &redactor)?;
        let selected = |visit: &Visit| selects(selection, &visit.name());
        let visits: Vec<Visit> = visit::all(&one.platform).into_iter().filter(selected).collect();
        let [of_one, of_other] = [self.cases(&one, selection)?, self.cases(&other, selection)?];
        if visits.is_empty() && of_one.is_empty() && of_other.is_empty() {
            let what = format!("nothing that both are asked for is selected by {}", words(selection));
            let help = "select by a component, a path, an account, or the name of a case: `smokestack twin staging prod work-orders`";
            return Err(TwinError::Refused(Mistake::new(what).help(help).into()));
        }
        let looked = tokio::join!(side::look(&one, &visits, &of_one), side::look(&other, &visits, &of_other));
        let sides = match looked {
            (Ok(one), Ok(other)) => [one, other],
            (one, other) => {
                let lines = [one.err(), other.err()].into_iter().flatten().flatten();
                return Err(TwinError::NotJudged(
                    lines.map(|line| redactor.redact(&line).into_owned()).collect(),
                ));
            }
        };
        let mut twin = compared(sides, &one).redacted(&redactor);
        if *selection != Selection::default() {
            // Of what was not asked for nobody knows whether it is the same.
            twin.idle.clear();
        }
        Ok(twin)
    }

    /// The cases that are run for what they fetch.
    fn cases(&self, run: &Arc<Run>, selection: &Selection) -> Result<Vec<Case>, Refusal> {
        let mut mistakes = Vec::new();
        let cases = self.suites().iter().flat_map(|suite| suite.lay_out(run, &mut mistakes));
        let cases = cases.filter(cases::only_looks);
        let cases = cases.filter(|case| selects(selection, &case.full_name())).collect();
        if mistakes.is_empty() { Ok(cases) } else { Err(Refusal { mistakes }) }
    }

    /// The runs that look at two targets.
    fn both(&self, wishes: &[Wishes; 2], redactor: &Arc<Redactor>) -> Result<[Arc<Run>; 2], Refusal> {
        let prepared = |wishes: &Wishes| -> Result<Arc<Run>, Refusal> {
            let (run, _) = self.prepare_with(wishes, Arc::clone(redactor))?;
            if run.target.address == Address::Demo {
                let what =
                    format!("target `{}` is a demo: there is nothing to compare it with", run.target.name);
                return Err(Mistake::new(what).help("name a target with an address").into());
            }
            Ok(run)
        };
        let both = [prepared(&wishes[0])?, prepared(&wishes[1])?];
        if both[0].target.name == both[1].target.name {
            let what = format!("`{}` is compared with itself", both[0].target.name);
            return Err(Mistake::new(what).help("name two targets of the platform file").into());
        }
        Ok(both)
    }
}

/// Whether the words of a selection select this name, which need not be that of a case.
fn selects(selection: &Selection, name: &str) -> bool {
    let matches = |word: &String| if selection.exact { name == word } else { name.contains(word.as_str()) };
    let is_in = selection.filters.is_empty() || selection.filters.iter().any(matches);
    is_in && !selection.skip.iter().any(matches)
}

/// What was asked for, to be shown.
fn words(selection: &Selection) -> String {
    let words = selection.filters.iter().map(|word| format!("`{word}`"));
    let skipped = selection.skip.iter().map(|word| format!("`--skip {word}`"));
    words.chain(skipped).collect::<Vec<_>>().join(", ")
}

/// Makes a target ready: its certificates, its address.
async fn set_up(run: &Arc<Run>) -> Result<(), Vec<String>> {
    let target = RunTarget::new(Arc::clone(run), None);
    target.set_up().await.map(drop).map_err(|trouble| {
        std::iter::once(format!("{}: {}", run.target.name, trouble.what)).chain(trouble.help).collect()
    })
}

fn compared(sides: [Side; 2], run: &Run) -> Twin {
    let mut allowances = Allowances::of(&run.platform.allowed);
    let mut differences: Vec<Difference> = Vec::new();
    let [one, other] = sides;
    let mut unanswered: Vec<String> = [one.endless, other.endless].concat();
    let pairs = pairs(one.answers, other.answers);
    let mut compared = 0;
    for (asked, pair) in &pairs {
        let others = match pair {
            [Answer::Came(one), Answer::Came(other)] => compare(one, other),
            [Answer::None(why), Answer::None(_)] => {
                unanswered.push(format!("{}: {why}", asked.told));
                continue;
            }
            [one, other] => {
                vec![(
                    "status".to_owned(),
                    vec![format!("- {}", one.status()), format!("+ {}", other.status())],
                )]
            }
        };
        compared += 1;
        for (what, lines) in others {
            if allowances.take(asked, &what) {
                continue;
            }
            match differences.iter_mut().find(|known| known.what == what && known.lines == lines) {
                Some(known) => known.also.push(asked.told.clone()),
                None => differences.push(Difference {
                    component: asked.component.clone(),
                    page: asked.told.clone(),
                    what,
                    lines,
                    also: Vec::new(),
                }),
            }
        }
    }
    let (allowed, idle) = allowances.told();
    let sides = [(one.target, one.url), (other.target, other.url)];
    let sides = sides.map(|(target, url)| TwinSide { target, url });
    Twin { sides, compared, differences, allowed, idle, unanswered }
}

/// What both answered to the same, in the order of the first; what only the second was asked for comes last.
fn pairs(one: Vec<(Asked, Answer)>, other: Vec<(Asked, Answer)>) -> Vec<(Asked, [Answer; 2])> {
    let mut other: Vec<Option<(Asked, Answer)>> = other.into_iter().map(Some).collect();
    let mut pairs: Vec<(Asked, [Answer; 2])> = Vec::new();
    for (asked, answer) in one {
        let same =
            |slot: &&mut Option<(Asked, Answer)>| slot.as_ref().is_some_and(|(known, _)| *known == asked);
        let second = other.iter_mut().find(same).and_then(Option::take);
        let second = second.map_or(Answer::NotFetched, |(_, answer)| answer);
        pairs.push((asked, [answer, second]));
    }
    pairs.extend(other.into_iter().flatten().map(|(asked, answer)| (asked, [Answer::NotFetched, answer])));
    pairs
}

impl Twin {
    /// Once more: a secret may have been learned after a text was made.
    fn redacted(mut self, redactor: &Redactor) -> Twin {
        let texts = self.differences.iter_mut().flat_map(|difference| {
            let own = [&mut difference.page, &mut difference.what];
            own.into_iter().chain(&mut difference.lines).chain(&mut difference.also)
        });
        for text in texts.chain(&mut self.unanswered) {
            *text = redactor.redact(text).into_owned();
        }
        self
    }
}
