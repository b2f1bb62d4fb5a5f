//! What belongs to a form, what it is called, and what it holds before anybody touches it.

use super::*;

/// The labels of each control, the names of those that have none.
fn called(html: &str) -> Vec<String> {
    sheet(html).controls.iter().map(|control| control.called().to_owned()).collect()
}

#[test]
fn what_nobody_touches_is_sent_as_it_came() {
    let form = form(
        "<input type=hidden name=token value=t><input name=a value='1 2'><input name=b><input value=nameless>\
         <input type=checkbox name=c checked><input type=checkbox name=d value=x>\
         <input type=radio name=e value=1 checked><input type=radio name=e value=2>\
         <textarea name=f>\n\nline</textarea><select name=g><option>one<option selected value=2>two</select>\
         <input type=submit name=h value=Save><button name=i>Go</button><input type=file name=j>\
         <input type=image name=k><input name=l disabled value=no><input type=reset name=m>",
    );
    assert_eq!(sent(&form), "token=t&a=1+2&b=&c=on&e=1&f=%0D%0Aline&g=2&j=");
}

#[test]
fn lists_are_read_as_browsers_do() {
    for (list, expected) in [
        ("<select name=s><option>a<option>b</select>", "s=a"),
        ("<select name=s><option disabled>a<option>b</select>", "s=b"),
        ("<select name=s><option selected>a<option selected>b</select>", "s=b"),
        ("<select name=s><option selected disabled>a<option>b</select>", ""),
        ("<select name=s size=4><option>a<option>b</select>", ""),
        ("<select name=s multiple><option selected>a<option>b<option selected>c</select>", "s=a&s=c"),
        ("<select name=s><optgroup disabled><option>a</optgroup><optgroup><option>b</select>", "s=b"),
        ("<select name=s><option>  two \n words </select>", "s=two+words"),
        ("<select name=s></select>", ""),
    ] {
        assert_eq!(sent(&form(list)), expected, "{list}");
    }
}

#[test]
fn a_disabled_fieldset_disables_all_but_its_first_legend() {
    let form = form(
        "<fieldset disabled><legend><input name=a></legend><legend><input name=b></legend><input name=c>\
         <fieldset><legend><input name=d></legend></fieldset></fieldset>\
         <fieldset><input name=e><fieldset disabled><legend><fieldset disabled><input name=f></fieldset>\
         <input name=g></legend></fieldset></fieldset>",
    );
    assert_eq!(sent(&form), "a=&e=&g=");
}

#[test]
fn controls_belong_to_the_form_they_name_wherever_they_stand() {
    let html = "<input name=before form=two><form id=one><input name=a><input name=b form=two>\
        <input name=c form=none></form><form id=two><input name=d></form><input name=after form=two>\
        <input name=nobodys><datalist><input name=e form=one></datalist><template><input form=one name=f></template>";
    let sent: Vec<String> = sheets(html).iter().map(sent).collect();
    assert_eq!(sent, ["a=", "before=&b=&d=&after="]);
}

#[test]
fn a_form_that_begins_in_a_table_has_what_stands_in_the_table() {
    let html = "<table><form action=/a><tr><td><input name=a></td></tr><tr><td><button>Go</button></td></tr></form>\
        </table><input name=outside><table><tr><form action=/b><td><input name=b></td></form></tr></table>";
    let sent: Vec<String> = sheets(html).iter().map(|form| sent_by(form, None)).collect();
    assert_eq!(sent, ["a=", "b="]);
}

#[test]
fn a_control_is_called_as_its_labels_say() {
    let html = "<form><label for=t>Title: *</label><input id=t name=t>\
        <label>Priority <select name=p><option>High</select></label>\
        <label>Photo <img alt='of the lamp'><input type=file name=f></label>\
        <span id=l1>Due</span> <span id=l2>date</span><input name=d aria-labelledby='l1 l2' aria-label=no>\
        <input name=m aria-label='Model  number'><input name=k title=Keeper><input name=n placeholder=Number>\
        <label for=x>Wrong <input name=w></label><label>First <input name=o><input name=q></label>\
        <label>Hidden <input type=hidden name=h><input name=r></label>\
        <label>Size <span aria-hidden=true>(?)</span><input name=s></label></form>";
    let expected = [
        "Title",
        "Priority",
        "Photo of the lamp",
        "Due date",
        "Model number",
        "Keeper",
        "Number",
        "w",
        "First",
        "q",
        "h",
        "Hidden",
        "Size",
    ];
    assert_eq!(called(html), expected);
}

#[test]
fn a_button_is_called_as_its_text_says() {
    let html = "<form><button>Save <b>all</b></button><input type=submit><input type=submit value='Hand in'>\
        <input type=image alt=Search><button aria-label=Close>x</button><button><svg><title>Print</title></svg></button>\
        <input type=reset></form>";
    assert_eq!(called(html), ["Save all", "Submit", "Hand in", "Search", "Close", "Print", "Reset"]);
}

#[test]
fn a_field_holds_nothing_that_its_type_does_not_allow() {
    let form = form(
        "<input type=number name=a value=many><input type=date name=b value=2023-02-29><input type=color name=c>\
         <input type=range name=d><input type=range name=e min=10 max=15 step=2><input type=email name=f value=' a@b '>\
         <input type=whatever name=g value=x><input type=RADIO name=h checked value=1><input type=radio name=h checked value=2>",
    );
    assert_eq!(sent(&form), "a=&b=&c=%23000000&d=50&e=12&f=a%40b&g=x&h=2");
}

#[test]
fn the_encoding_is_named_and_kept() {
    let fields = "<input type=hidden name=_charset_ value=x><input name=q value=ü>";
    for (attributes, expected) in [
        ("", "_charset_=UTF-8&q=%C3%BC"),
        ("accept-charset=latin1", "_charset_=windows-1252&q=%FC"),
        ("accept-charset='nonsense koi8-r'", "_charset_=KOI8-R&q=%26%23252%3B"),
        ("accept-charset=utf-16", "_charset_=UTF-8&q=%C3%BC"),
    ] {
        assert_eq!(sent(&sheet(&format!("<form {attributes}>{fields}</form>"))), expected, "{attributes}");
    }
    let page = format!("<meta charset=iso-8859-1><form>{fields}</form>");
    assert_eq!(sent(&sheet(&page)), "_charset_=windows-1252&q=%FC");
    let (url, page) = (Url::parse(PAGE).unwrap(), Html::parse_document(&page));
    let about = About { content_type: "text/html; charset=\"koi8-r\"", ..about(&url) };
    let form = reading::forms(*page.root_element(), about).swap_remove(0).1;
    assert_eq!(sent(&form), "_charset_=KOI8-R&q=%26%23252%3B", "the header counts first");
}

#[test]
fn the_direction_of_a_text_is_sent_where_it_is_asked_for() {
    let form = form("<input name=a dirname=a.dir><p dir=rtl><textarea name=b dirname=b.dir></textarea></p>");
    assert_eq!(sent(&form), "a=&a.dir=ltr&b=&b.dir=rtl");
}

#[test]
fn thousands_of_forms_on_a_page_and_a_thousand_levels_are_read_in_one_walk() {
    let many = "<form><input name=a><button>Delete</button></form>".repeat(3_000);
    assert_eq!(sheets(&many).len(), 3_000);
    let deep = format!("<form>{}<input name=a>", "<div><label><fieldset>".repeat(300));
    assert_eq!(sent(&sheet(&deep)), "a=");
}
