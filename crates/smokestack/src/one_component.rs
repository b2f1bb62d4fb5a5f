//! A platform of one component that people sign in to by a form, for tests.

use std::path::PathBuf;
use std::sync::Arc;

use smokestack_core::{Redactor, Wishes};
use url::Url;

use crate::platform::Platform;
use crate::run::Run;

/// What its file says beside the usual.
#[derive(Default)]
pub(crate) struct File<'f> {
    /// Lines of `[login]`.
    pub(crate) login: &'f str,
    /// Lines of `[components.portal]`.
    pub(crate) portal: &'f str,
    /// Lines of `[targets.staging]`, and tables behind it.
    pub(crate) target: &'f str,
    pub(crate) path: Option<PathBuf>,
}

/// A run against this address, which is ready.
pub(crate) fn run(url: &str, file: File<'_>, wishes: &Wishes) -> Arc<Run> {
    let File { login, portal, target, path } = file;
    let text = format!(
        r#"
        [platform]
        name = "Facilities"
        [login]
        component = "portal"
        {login}
        [session]
        signed_in = "[data-user]"
        [components.portal]
        {portal}
        [accounts.dispatcher]
        username = {{ env = "SMOKE_USER" }}
        password = {{ env = "SMOKE_PASSWORD" }}
        [targets.staging]
        url = "{url}"
        {target}
        "#
    );
    let platform = Platform::parse("smokestack.toml", &text, &[]).unwrap();
    let platform = Platform { file: path, ..platform };
    let target = platform.targets[0].clone();
    let run = Run::new(platform, target, Arc::new(Redactor::default()), wishes);
    run.ready(Url::parse(url).unwrap(), Vec::new());
    Arc::new(run)
}
