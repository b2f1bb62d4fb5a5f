//! A Django of the tests' own, in the target folder: the guide's example of a platform that is not ours.

use std::process::Stdio;

use crate::Trouble;
use crate::suite_binary::target_folder;
use crate::world::World;

const REQUIREMENTS: &str = "fixtures/django/requirements.txt";

/// Makes sure that it is there.
pub(crate) fn install(world: &World) -> Result<(), Trouble> {
    let folder = target_folder(world)?.join("django");
    let python = folder.join("bin/python3");
    let mut import = world.command(&python);
    import.args(["-c", "import django"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if import.status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    println!("Django is missing, installing it into `{}`", folder.display());
    let mut venv = world.command("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    let mut pip = world.command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]);
    for mut step in [venv, pip] {
        if !step.status().is_ok_and(|status| status.success()) {
            let folder = folder.display();
            return Err(format!(
                "Django cannot be installed; the tests need it: `python3 -m venv {folder} && \
                 {folder}/bin/python3 -m pip install -r {REQUIREMENTS}`"
            )
            .into());
        }
    }
    Ok(())
}
