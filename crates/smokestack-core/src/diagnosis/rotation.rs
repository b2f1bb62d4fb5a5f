//! Every answer gives the session another id and the old one is dead at once: whoever carries one session into many cases ends
//! it with the first. The run's own doing, and nothing that a release broke.

use super::finding::Finding;
use super::one_session::{RUN, may_follow};
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Fact};

/// What to do about it.
const HELP: &str = "have an old id stay good for a few seconds, as browsers that ask twice at once need it; or sign in in each case, \
                    with `cx.own_session(..)`";

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    seen.record.facts().find_map(|fact| finding(seen, symptoms, fact)).into_iter().collect()
}

fn finding<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>, fact: &'r Fact) -> Option<Finding> {
    let Fact::Rotates { account, cookie, by, why } = fact else { return None };
    let suffers = |symptom: &Symptom<'_>| may_follow(seen, symptom);
    let shown = symptoms.open().find(suffers)?;
    symptoms.explain(suffers);
    let cause = format!(
        "cookie `{cookie}` gets another value with each answer, such as {by}, and the value before it is refused"
    );
    let tried = format!(
        "tried with two visitors in one session of `{account}`: the first was accepted, the second refused, {why}, and the first \
         still accepted"
    );
    let finding =
        Finding::new(RUN, "the session changes with every answer, and cannot be shared by cases", cause)
            .sure(Certainty::Certain)
            .proven_by([tried, shown.line()])
            .noted([HELP.to_owned()]);
    Some(finding)
}
