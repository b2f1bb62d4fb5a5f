//! What people do to a form, and what is said where it cannot be done.

use super::*;

fn order() -> Sheet {
    form(
        "<label>Title <input name=title></label><label>Notes <textarea name=notes></textarea></label>\
         <label>Priority <select name=priority><option>Low<option value=n>Normal<option disabled>Never</select></label>\
         <label>Skills <select multiple name=skills><option selected>Water<option>Power</select></label>\
         <fieldset><legend>Access *</legend><label><input type=radio name=access value=day checked> By day</label>\
         <label><input type=radio name=access value=night> At night</label></fieldset>\
         <fieldset><legend>Tell</legend><label><input type=checkbox name=tell value=k> Keeper</label>\
         <label><input type=checkbox name=tell value=o> Owner</label></fieldset>\
         <label><input type=checkbox name=urgent> Urgent</label><label>Photo <input type=file name=photo></label>\
         <label>Plans <input type=file name=plans multiple></label><label>Due <input type=date name=due></label>\
         <label>Number <input name=number readonly value=7></label><label>Old <input name=old disabled></label>\
         <input type=hidden name=token value=t><button name=step value=draft>Save draft</button>",
    )
}

#[test]
fn everything_that_people_can_do_is_sent() {
    let mut form = order();
    form.fill("Title", "Lamp").unwrap();
    form.fill("notes", "one\ntwo").unwrap();
    form.fill("token", "forged").unwrap();
    form.fill("Due", "2026-12-31").unwrap();
    form.choose("Priority", "n", true).unwrap();
    form.choose("Skills", "Power", true).unwrap();
    form.choose("Skills", "Water", false).unwrap();
    form.choose("Access", "At night", true).unwrap();
    form.choose("tell", "Keeper", true).unwrap();
    form.check("Owner", true).unwrap();
    form.check("urgent", true).unwrap();
    form.attach("Photo", file("first.png")).unwrap();
    form.attach("Photo", file("lamp.png")).unwrap();
    form.attach("Plans", file("a.png")).unwrap();
    form.attach("Plans", file("b.png")).unwrap();
    let expected = "title=Lamp&notes=one%0D%0Atwo&priority=n&skills=Power&access=night&tell=k&tell=o&urgent=on\
        &photo=lamp.png&plans=a.png&plans=b.png&due=2026-12-31&number=7&token=forged";
    assert_eq!(sent(&form), expected);
    form.check("Owner", false).unwrap();
    form.choose("Tell", "k", false).unwrap();
    assert!(!sent(&form).contains("tell="));
    for (field, value) in [("Title", Some("Lamp")), ("Access", Some("night")), ("tell", None), ("x", None)] {
        assert_eq!(form.value(field), value, "{field}");
    }
    assert_eq!((form.value("Skills"), form.value("Urgent")), (Some("Power"), Some("on")));
}

#[test]
fn what_cannot_be_done_says_why_and_what_can() {
    let mut form = order();
    let mut said = String::new();
    let misses = [
        form.fill("Titel", "x"),
        form.fill("Priority", "Low"),
        form.fill("Urgent", "on"),
        form.fill("Photo", "lamp.png"),
        form.fill("Due", "tomorrow"),
        form.fill("Number", "8"),
        form.fill("Old", "x"),
        form.choose("Priority", "Hihg", true),
        form.choose("Priority", "Never", true),
        form.choose("Priority", "Low", false),
        form.choose("Title", "Low", true),
        form.choose("Colour", "Low", true),
        form.choose("Access", "By nihgt", true),
        form.choose("Access", "By day", false),
        form.check("Title", true),
        form.check("tell", true),
        form.check("By day", false),
        form.attach("Title", file("x")),
    ];
    for miss in misses {
        said.push_str(&told(miss));
        said.push('\n');
    }
    insta::assert_snapshot!(said, @r#"
        expected a field of this label, name or placeholder, found none; its fields, nearest first: `Title` (name `title`), `Notes` (name `notes`), `Keeper` (name `tell`), `Owner` (name `tell`), `token` (hidden), `Due` (name `due`), `Skills` (name `skills`), `By day` (name `access`), and 7 more
        expected a field to write into, found a list to choose from; help: `.choose("Priority", ..)` chooses one of its options
        expected a field to write into, found a checkbox; help: `.check("Urgent")` and `.uncheck("Urgent")` are for it
        expected a field to write into, found a field for files; help: `.attach("Photo", ..)` gives it a file
        expected a value for a field for a date, such as `2026-12-31`, found "tomorrow"
        expected a field that can be filled, found it is read-only; help: where a script of the page does this, say `.scripted()` before the fields
        expected a field that can be filled, found it is disabled; help: where a script of the page does this, say `.scripted()` before the fields
        expected an option `Hihg`, found none; its options, nearest first: `Low`, `Never`, `Normal`
        expected an option that can be chosen, found it is disabled; help: where a script of the page does this, say `.scripted()` before the fields
        expected a choice that can be taken back, found one of which one stays chosen; help: `.choose(..)` chooses another one
        expected something to choose from, found a text field; help: `.fill("Title", ..)` writes into it
        expected a field of this label, name or placeholder, found none; its fields, nearest first: `Owner` (name `tell`), `Old` (name `old`), `Notes` (name `notes`), `Keeper` (name `tell`), `Photo` (name `photo`), `Plans` (name `plans`), `Due` (name `due`), `Number` (name `number`), and 7 more
        expected an option `By nihgt`, found none; its options, nearest first: `At night` (name `access`), `By day` (name `access`)
        expected a choice that can be taken back, found one of which one stays chosen; help: `.choose(..)` chooses another one
        expected a box to check, found a text field; help: `.fill("Title", ..)` writes into it
        expected one field, found 2; `Keeper` (name `tell`), `Owner` (name `tell`); help: say which by its name or its `#id`
        expected a choice that can be taken back, found one of which one stays chosen; help: `.choose(..)` chooses another one
        expected a field for files, found a text field; help: `.fill("Title", ..)` writes into it
    "#);
    assert_eq!(sent(&form), sent(&order()), "nothing was changed");
}

#[test]
fn a_script_can_do_what_a_browser_lets_nobody_do() {
    let mut form = order();
    form.scripted = true;
    form.fill("Number", "8").unwrap();
    form.fill("Old", "x").unwrap();
    form.choose("Priority", "Never", true).unwrap();
    let sent = sent(&form);
    assert!(["number=8", "old=x", "priority=Never"].iter().all(|pair| sent.contains(pair)), "{sent}");
}

#[test]
fn a_label_comes_before_a_name_and_a_name_before_a_placeholder() {
    let fields =
        "<input name=b placeholder=a value=3><input name=a value=2><label>a <input name=c value=1></label>";
    assert_eq!(form(fields).value("a"), Some("1"));
    assert_eq!(form(&fields.replace("a <", "<")).value("a"), Some("2"));
    assert_eq!(form(&fields.replace("a <", "<").replace("name=a", "name=d")).value("a"), Some("3"));
    assert_eq!(form("<input id=a value=4>").value("#a"), Some("4"));
}

#[test]
fn of_several_of_one_label_the_one_that_fits_is_meant() {
    let mut form = form(
        "<label>Photo <input type=checkbox name=has></label><label>Photo: <input type=file name=photo></label>",
    );
    form.attach("Photo", file("lamp.png")).unwrap();
    form.check("Photo", true).unwrap();
    assert_eq!(sent(&form), "has=on&photo=lamp.png");
    let mut two = super::form("<label>Name <input name=first></label><label>Name <input name=last></label>");
    insta::assert_snapshot!(told(two.fill("Name", "x")), @"expected one field, found 2; `Name` (name `first`), `Name` (name `last`); help: say which by its name or its `#id`");
}

#[test]
fn a_hidden_field_is_known_by_its_name_alone() {
    let mut form = form("<label>Step <input type=hidden name=step value=1></label>");
    assert!(form.fill("Step", "2").is_err());
    form.fill("step", "2").unwrap();
    assert_eq!(sent(&form), "step=2");
}

#[test]
fn a_browser_holds_back_what_is_required_and_not_there() {
    let mut form = form(
        "<label>Title <input name=title required></label><label>Mail <input type=email name=mail value=nobody></label>\
         <label>Code <input name=code pattern='[A-Z]{3}-\\d+' value=abc></label><label>Count <input type=number name=n max=5 value=9></label>\
         <label>Word <input type=password name=word pattern='.{8,}' value=short></label>\
         <label>Kind <select name=kind required><option value=''>Please choose<option>Lamp</select></label>\
         <fieldset><legend>Access</legend><label><input type=radio name=access required value=1> By day</label>\
         <label><input type=radio name=access value=2> At night</label></fieldset>\
         <label><input type=checkbox name=sure required> I am sure</label><label>Photo <input type=file name=photo required></label>\
         <input name=free required readonly><input name=gone required disabled><button>Save</button>\
         <button formnovalidate>Save draft</button>",
    );
    let held = |form: &Sheet, button| {
        let held: Vec<String> = form
            .held_back(Some(button))
            .into_iter()
            .map(|(what, miss)| format!("{what}: expected {}, found {}", miss.expected, miss.found))
            .collect();
        held.join("\n")
    };
    let button = |form: &Sheet, text| super::super::lookup::button(&form.controls, text).unwrap();
    insta::assert_snapshot!(held(&form, button(&form, "Save")), @r#"
        field `Title`: expected a value, since one is required, found an empty field
        field `Mail`: expected an e-mail address, found "nobody"
        field `Code`: expected a text like `[A-Z]{3}-\d+` (`pattern`), found "abc"
        field `Count`: expected 5 or less (`max`), found "9"
        field `Word`: expected a text like `.{8,}` (`pattern`), found a text of 5 characters
        field `Kind`: expected one of its options, since one is required, found none chosen
        field `Access`: expected one of them chosen, since one is required, found none
        field `I am sure`: expected a checked box, since it is required, found it is not checked
        field `Photo`: expected a file, since one is required, found none
    "#);
    assert_eq!(held(&form, button(&form, "Save draft")), "");
    form.fill("Title", "Lamp").unwrap();
    form.fill("Mail", "a@b.test").unwrap();
    form.fill("Code", "ABC-1").unwrap();
    form.fill("Count", "5").unwrap();
    form.fill("Word", "long enough").unwrap();
    form.choose("Kind", "Lamp", true).unwrap();
    form.choose("Access", "At night", true).unwrap();
    form.check("I am sure", true).unwrap();
    form.attach("Photo", file("lamp.png")).unwrap();
    assert_eq!(held(&form, button(&form, "Save")), "");
    let free = sheet("<form novalidate><input required><button>Save</button></form>");
    assert_eq!(held(&free, 1), "");
}

#[test]
fn a_button_that_sends_nothing_is_not_pressed() {
    let form = form(
        "<button type=button>Preview</button><button disabled>Save</button><input type=reset value=Clear>",
    );
    let held = |n| {
        form.held_back(Some(n))
            .pop()
            .map(|(what, miss)| format!("{what}: {}", miss.found))
            .unwrap_or_default()
    };
    assert_eq!(held(0), "button `Preview`: one that leaves it to a script of the page");
    assert_eq!(held(1), "button `Save`: it is disabled");
    assert_eq!(held(2), "button `Clear`: one that leaves it to a script of the page");
    assert_eq!(form.default_button(), Some(1));
}
