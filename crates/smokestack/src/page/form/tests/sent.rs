//! Where a form goes and how, by its button too.

use super::super::sending::Enctype;
use super::super::sheet::Way;
use super::*;

fn action(form: &Sheet, pressed: Option<usize>) -> String {
    form.action(pressed).map_or_else(|action| format!("no address: {action}"), String::from)
}

#[test]
fn the_pressed_button_is_sent_and_no_other() {
    let form = form(
        "<input name=a><button name=step value=draft>Save</button><input type=submit name=step value='Hand in'>\
         <input type=image name=map><input type=image alt=x><button>Plain</button>",
    );
    let sent: Vec<String> = (1..6).map(|n| sent_by(&form, Some(n))).collect();
    let expected = ["a=&step=draft", "a=&step=Hand+in", "a=&map.x=0&map.y=0", "a=&x=0&y=0", "a="];
    assert_eq!(sent, expected);
    assert_eq!(form.default_button(), Some(1));
}

#[test]
fn a_button_may_say_where_to_and_how() {
    let form = sheet(
        "<form action=save method=post enctype=multipart/form-data><button>Save</button>\
         <button formaction=../preview formmethod=GET formenctype=text/plain>Preview</button>\
         <button formmethod=nonsense formenctype=nonsense formaction=''>Odd</button></form>",
    );
    let sent = |n| (action(&form, Some(n)), form.way(Some(n)), form.enctype(Some(n)));
    assert_eq!(sent(0), ("https://a.test/orders/save".into(), Way::Post, Enctype::Multipart));
    assert_eq!(sent(1), ("https://a.test/preview".into(), Way::Get, Enctype::Plain));
    assert_eq!(sent(2), (PAGE.into(), Way::Get, Enctype::UrlEncoded));
}

#[test]
fn an_address_is_relative_to_the_base_and_no_address_is_the_page() {
    let forms =
        sheets("<base href=/app/><form action=save></form><form></form><form action='http://['></form>");
    let actions: Vec<String> = forms.iter().map(|form| action(form, None)).collect();
    assert_eq!(actions, ["https://a.test/app/save", PAGE, "no address: http://["]);
    assert!(forms[2].request(None).is_err_and(|why| why == "its action `http://[` is no address"));
}

#[test]
fn a_dialog_is_sent_nowhere() {
    let form =
        sheet("<form method=dialog><button>Close</button><button formmethod=post>Save</button></form>");
    assert!(form.request(Some(0)).is_err_and(|why| why.contains("`dialog`")));
    assert!(form.request(Some(1)).is_ok());
}

#[test]
fn a_form_that_was_carried_over_a_deploy_is_the_same_and_has_its_labels() {
    let html = "<form action=save method=post enctype=multipart/form-data><input type=hidden name=token value=t>\
        <label>Title: <input name=title required></label><input type=checkbox name=a><input type=checkbox name=b checked>\
        <button name=step value=done>Save</button></form>";
    let form = sheet(html);
    let kept = form.kept("assets", "dispatcher").unwrap();
    let mut carried = Sheet::carried(&kept).unwrap();
    assert_eq!(sent(&carried), sent_by(&form, form.default_button()));
    carried.fill("Title", "Lamp").unwrap();
    assert_eq!(sent(&carried), "token=t&title=Lamp&b=on&step=done");
    assert_eq!((action(&carried, None), carried.way(None)), (action(&form, None), Way::Post));
    assert_eq!((carried.enctype(None), carried.from.page()), (Enctype::Multipart, form.from.page()));
    assert!(sheet("<form method=dialog>").kept("assets", "dispatcher").is_none());
}

#[test]
fn a_get_replaces_the_query() {
    let form = sheet("<form action='/find?old=1#top'><input name=q value='a b'></form>");
    let request = form.request(None).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(request.address(), "https://a.test/find?q=a+b#top");
}

#[test]
fn a_page_says_how_much_of_it_a_server_may_know() {
    let to = Url::parse("https://a.test/save").unwrap();
    let referer = |html: &str, header| {
        let (url, html) = (Url::parse(PAGE).unwrap(), Html::parse_document(html));
        let about = About { policy: header, ..about(&url) };
        let form = reading::forms(*html.root_element(), about).swap_remove(0).1;
        form.from.referer(&to)
    };
    let (whole, origin) = (Some(PAGE.to_owned()), Some("https://a.test/".to_owned()));
    assert_eq!(referer("<form>", None), whole);
    assert_eq!(referer("<form>", Some("origin")), origin);
    assert_eq!(referer("<meta name=Referrer content=no-referrer><form>", Some("origin")), None);
    assert_eq!(referer("<form rel='x NoReferrer'>", None), None);
}
