//! What `[session]` has to say, and how.

use super::{GOOD, mistakes, with};

#[test]
fn whoever_signs_in_by_a_form_has_to_be_known_by_the_page_after_it() {
    let only_apis = GOOD
        .replace("signed_in = \"[data-user]\"\n", "")
        .replace("path = \"/\"", "path = \"/\"\napi = \"/api/me\"")
        .replace("[components.work-orders]", "[components.work-orders]\napi = \"/work-orders/api\"");
    insta::assert_snapshot!(mistakes(&only_apis), @r#"6:2 "session" `signed_in` is missing in `[session]`: a login by form has worked if the page after it shows who is signed in; add `signed_in = "[data-user]"`: a CSS selector of what only pages of somebody signed in have"#);
    let by_json = only_apis.replace("[login]", "[login]\nway = \"json\"\nurl = \"/api/login\"");
    assert_eq!(mistakes(&by_json), "none");
    let provider = "way = \"oidc\"\nprovider = \"https://id.example.com\"";
    let at_a_provider = only_apis.replace("[login]", &format!("[login]\n{provider}"));
    insta::assert_snapshot!(mistakes(&at_a_provider), @r#"8:2 "session" `signed_in` is missing in `[session]`: a login by form has worked if the page after it shows who is signed in; add `signed_in = "[data-user]"`: a CSS selector of what only pages of somebody signed in have"#);
}

#[test]
fn what_names_a_header_is_the_name_of_one() {
    let session = "[session]\ninstance_header = 'X Instance'\nrelease_header = 'x-réleasé'";
    insta::assert_snapshot!(with("[session]", session), @r#"
        7:19 "'X Instance'" this is not the name of a header: letters, digits and `-`
        8:18 "'x-réleasé'" this is not the name of a header: letters, digits and `-`
    "#);
    assert_eq!(with("[session]", "[session]\ninstance_header = 'X-Served-By'"), "none");
    let bearer = "[login]\nway = 'bearer'\nheader = 'x key'";
    assert!(
        with("[login]", bearer).contains("this is not the name of a header"),
        "{}",
        with("[login]", bearer)
    );
}
