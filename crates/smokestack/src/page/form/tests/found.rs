//! Which button is meant.

use super::super::lookup;
use super::*;

fn button(form: &Sheet, wanted: &str) -> String {
    match lookup::button(&form.controls, wanted) {
        Ok(n) => n.to_string(),
        Err(miss) => told(Err(miss)),
    }
}

#[test]
fn a_button_is_found_by_text_value_name_and_id() {
    let form = form(
        "<button name=step value=draft>Save draft</button><button name=go id=go>Hand in</button>\
         <button type=button>Hand in</button><input type=submit name=delete value=7><button aria-label=Close>x</button>",
    );
    let found: Vec<String> = ["Save draft", "draft", "step", "Hand in", "#go", "7", "delete", "Close", "x"]
        .map(|one| button(&form, one))
        .into();
    assert_eq!(found, ["0", "0", "0", "1", "1", "3", "3", "4", "4"]);
}

#[test]
fn of_two_buttons_neither_is_guessed() {
    let form = form("<button name=delete value=1>Delete</button><button name=delete value=2>Delete</button>");
    insta::assert_snapshot!(button(&form, "Delete"), @"expected one button, found 2; `Delete` (name `delete`, value `1`), `Delete` (name `delete`, value `2`); help: say which by its value, its name or its `#id`");
    insta::assert_snapshot!(button(&form, "Save"), @"expected a button of this text, value or name, found none; its buttons, nearest first: `Delete` (name `delete`, value `1`), `Delete` (name `delete`, value `2`)");
    assert_eq!(button(&form, "2"), "1");
}

#[test]
fn of_many_fields_the_nearest_are_told() {
    let fields: String =
        (0..30).map(|n| format!("<label>Field number {n} <input name=f{n}></label>")).collect();
    insta::assert_snapshot!(told(form(&fields).fill("Feild number 17", "x")), @"expected a field of this label, name or placeholder, found none; its fields, nearest first: `Field number 17` (name `f17`), `Field number 1` (name `f1`), `Field number 7` (name `f7`), `Field number 10` (name `f10`), `Field number 11` (name `f11`), `Field number 12` (name `f12`), `Field number 13` (name `f13`), `Field number 14` (name `f14`), and 22 more");
    insta::assert_snapshot!(told(form("<button>Save</button>").fill("Title", "x")), @"expected a field of this label, name or placeholder, found none; the form has no fields");
}
