//! Paths that belong to nobody alone.

use super::{GOOD, mistakes, with};

#[test]
fn no_two_components_are_in_one_place() {
    let second = "[components.work-orders]";
    insta::assert_snapshot!(with(second, &format!("{second}\npath = '/'")), @r#"11:8 "'/'" `portal` and `work-orders` have one path, `/`: `portal` is there; give each a `path` of its own, or a `subdomain`"#);
    let third = "[components.orders]\npath = '/work-orders/'\n[targets.staging]";
    insta::assert_snapshot!(with("[targets.staging]", third), @r#"12:8 "'/work-orders/'" `work-orders` and `orders` have one path, `/work-orders/`: `work-orders` is there; give each a `path` of its own, or a `subdomain`"#);
    assert_eq!(with(second, &format!("{second}\npath = '/'\nsubdomain = 'orders'")), "none");
    let elsewhere = GOOD
        .replace(second, &format!("{second}\npath = '/'"))
        .replace("[accounts", "hosts = { work-orders = 'https://orders.example.com' }\n[accounts");
    assert_eq!(mistakes(&elsewhere), "none");
    let not_everywhere =
        elsewhere.replace("[accounts", "[targets.local]\nurl = 'http://localhost'\n[accounts");
    assert!(mistakes(&not_everywhere).contains("have one path"), "{}", mistakes(&not_everywhere));
}

#[test]
fn people_come_first_to_a_page_of_the_component_itself() {
    let landing = |component: &str, path: &str| {
        let head = format!("[components.{component}]");
        with(&head, &format!("{head}\nlanding = '{path}'"))
    };
    insta::assert_snapshot!(landing("portal", "/work-orders/new"), @r#"9:11 "'/work-orders/new'" the landing page of `portal` is a page of `work-orders`: `work-orders` has all below `/work-orders`; name a page below `/`, or give `portal` its `path`"#);
    insta::assert_snapshot!(landing("work-orders", "/orders?all=/work-orders"), @r#"11:11 "'/orders?all=/work-orders'" the landing page of `work-orders` is a page of `portal`: `portal` has all below `/`; name a page below `/work-orders`, or give `work-orders` its `path`"#);
    for (component, path) in
        [("portal", "/home"), ("portal", "/work-orders-of-old"), ("work-orders", "/work-orders/new?all=1")]
    {
        assert_eq!(landing(component, path), "none", "{component} {path}");
    }
    let elsewhere = "[components.work-orders]\nsubdomain = 'orders'";
    let text = GOOD.replace("[components.work-orders]", elsewhere);
    assert_eq!(
        mistakes(&text.replace("[components.portal]", "[components.portal]\nlanding = '/work-orders'")),
        "none"
    );
}
