//! Which machine of several this one is: as it is said, or as a pipeline's variables say.

use smokestack_core::Shard;

use crate::world::World;

/// Where pipelines say which of several jobs this one is: the variables of index and count, and the index of the first.
const PIPELINES: [(&str, &str, &str, usize); 3] = [
    // https://docs.gitlab.com/ci/variables/predefined_variables/
    ("GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
    // https://circleci.com/docs/reference/variables/
    ("CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
    // https://buildkite.com/docs/pipelines/configure/environment-variables
    ("Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0),
];

/// The index of a Kubernetes indexed job, from 0; how many there are it does not say.
/// <https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/>
const KUBERNETES: &str = "JOB_COMPLETION_INDEX";

/// `2/4`; `auto` is what the pipeline says, `auto/4` where that has the index only.
pub(crate) fn read(text: &str, world: &World) -> Result<Shard, String> {
    match text.trim().split_once('/') {
        None if text.trim() == "auto" => of_pipeline(world),
        Some(("auto", count)) => {
            let count = count.parse().map_err(|_| "write how many there are as `auto/4`".to_owned())?;
            let index = number(world, KUBERNETES)?
                .ok_or(format!("`auto/{count}` needs {KUBERNETES}, which is not set"))?;
            shard(index + 1, count, KUBERNETES)
        }
        _ => text.trim().parse(),
    }
}

fn of_pipeline(world: &World) -> Result<Shard, String> {
    for (_, index, count, first) in PIPELINES {
        let (Some(at), Some(count_of)) = (number(world, index)?, number(world, count)?) else { continue };
        return shard((at + 1).saturating_sub(first), count_of, &format!("{index} and {count}"));
    }
    if world.var(KUBERNETES).is_some() {
        return Err(format!("{KUBERNETES} says which job this is and not of how many: write `auto/4`"));
    }
    let names = PIPELINES.map(|(name, index, count, _)| format!("{index} and {count} ({name})")).join(", ");
    Err(format!("`auto` needs a pipeline that says which of several jobs this is; not set: {names}"))
}

fn shard(index: usize, count: usize, names: &str) -> Result<Shard, String> {
    Shard::new(index, count).ok_or_else(|| format!("{names} say job {index} of {count}, which there is not"))
}

fn number(world: &World, name: &str) -> Result<Option<usize>, String> {
    let Some(text) = world.var(name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| format!("{name} is `{text}`, which is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(text: &str, env: &[(&str, &str)]) -> String {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        match read(text, &World { env, ..World::default() }) {
            Ok(shard) => shard.to_string(),
            Err(why) => why,
        }
    }

    #[test]
    fn every_pipeline_counts_in_its_own_way() {
        let gitlab = [("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")];
        let circle = [("CIRCLE_NODE_INDEX", "1"), ("CIRCLE_NODE_TOTAL", "4")];
        let buildkite = [("BUILDKITE_PARALLEL_JOB", "1"), ("BUILDKITE_PARALLEL_JOB_COUNT", "4")];
        for env in [gitlab, circle, buildkite] {
            assert_eq!(shard("auto", &env), "2/4", "{env:?}");
        }
        assert_eq!(shard("auto/4", &[("JOB_COMPLETION_INDEX", "1")]), "2/4");
        assert_eq!(shard("3/4", &gitlab), "3/4", "what is said goes before");
    }

    #[test]
    fn what_does_not_fit_is_said_with_its_variable() {
        let told = [
            shard("auto", &[]),
            shard("auto", &[("JOB_COMPLETION_INDEX", "1")]),
            shard("auto", &[("CI_NODE_INDEX", "5"), ("CI_NODE_TOTAL", "4")]),
            shard("auto", &[("CI_NODE_INDEX", "first"), ("CI_NODE_TOTAL", "4")]),
            shard("auto/4", &[]),
            shard("auto/x", &[]),
            shard("half", &[]),
        ];
        insta::assert_snapshot!(told.join("\n"), @r"
        `auto` needs a pipeline that says which of several jobs this is; not set: CI_NODE_INDEX and CI_NODE_TOTAL (GitLab), CIRCLE_NODE_INDEX and CIRCLE_NODE_TOTAL (CircleCI), BUILDKITE_PARALLEL_JOB and BUILDKITE_PARALLEL_JOB_COUNT (Buildkite)
        JOB_COMPLETION_INDEX says which job this is and not of how many: write `auto/4`
        CI_NODE_INDEX and CI_NODE_TOTAL say job 5 of 4, which there is not
        CI_NODE_INDEX is `first`, which is no number
        `auto/4` needs JOB_COMPLETION_INDEX, which is not set
        write how many there are as `auto/4`
        write a shard as `2/4`: the second of four
        ");
    }
}
