//! What an answer shows to a visitor who has to sign in: data beside a login form, or behind a redirect that browsers follow
//! without a look at it.

use scraper::ElementRef;

use super::Page;
use super::document::folded;

/// A redirect says in fewer characters where it leads.
const WHOLE_PAGE: usize = 500;

/// Tables of data have heads; those that only lay out a page have none.
const DATA: &str = "table:has(th):has(td):not(:has(input[type=password]))";

/// What the answer shows though it refuses, in words.
pub(super) fn shown_to_a_visitor(page: &Page) -> Option<String> {
    let behind = page.redirects().iter().find_map(|redirect| {
        let to = redirect.exchange().hops.last().and_then(|hop| hop.location.clone()).unwrap_or_default();
        Some(format!("status {} to {to}, and its body {}", redirect.code(), whole(redirect)?))
    });
    behind.or_else(|| {
        let data = data(page).filter(|_| page.is_login_page() && page.code() < 300)?;
        Some(format!("status {}, and beside the login form the page has {data}", page.code()))
    })
}

/// What of a redirect's body is more than a redirect needs.
fn whole(redirect: &Page) -> Option<String> {
    if let Some(marker) = redirect.session().scope.run.platform.session.signed_in.as_deref()
        && redirect.has_marker()
    {
        return Some(format!("shows `{marker}`"));
    }
    if let Some(data) = data(redirect) {
        return Some(format!("has {data}"));
    }
    // Some send the login page along.
    let asks = redirect.document().count("input[type=password]").unwrap_or(0) > 0;
    let length = redirect.document().visible_text().chars().count();
    (!asks && length >= WHOLE_PAGE).then(|| format!("is a whole page of {length} characters"))
}

/// The first table with data that is no part of a form to sign in, by its heads.
fn data(page: &Page) -> Option<String> {
    let tables = page.document().select(DATA, 20, |table| {
        let within_login = table.ancestors().filter_map(ElementRef::wrap).any(|around| {
            around.value().name() == "form"
                && around.descendants().filter_map(ElementRef::wrap).any(is_password)
        });
        let cells = |name: &'static str| {
            let cells = table.descendants().filter_map(ElementRef::wrap);
            let cells = cells.filter(move |cell| cell.value().name() == name);
            cells.map(|cell| folded(cell.text())).filter(|text| !text.is_empty())
        };
        let heads = cells("th").take(3).map(|head| page.shown(&head)).collect::<Vec<_>>();
        (!within_login && !heads.is_empty() && cells("td").next().is_some()).then(|| heads.join(", "))
    });
    let heads = tables.ok()?.into_iter().flatten().next()?;
    Some(format!("a table of {heads}"))
}

fn is_password(element: ElementRef<'_>) -> bool {
    element.value().name() == "input"
        && element.attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
}

#[cfg(test)]
mod tests {
    use crate::by_hand::{answer, ok, serve};
    use crate::page::odd_bodies::{told, visitor};

    const HTML: &str = "content-type: text/html\r\n";
    const LOGIN: &str = "<form><input name=u><input type=password name=p></form>";
    const ORDERS: &str =
        "<table><tr><th>Order</th><th>Customer</th></tr><tr><td>17</td><td>Byron</td></tr></table>";

    /// What is said of the answers of this server where a visitor has to be refused.
    async fn judged(serves: fn(&str, usize) -> String) -> String {
        let (session, log) = visitor(&serve(serves).0);
        session.get("/").await.unwrap().refused();
        told(&log)
    }

    fn login_or(head: &str, redirect: &str) -> String {
        match head.starts_with("get /login") {
            true => ok(HTML, LOGIN),
            false => answer("302 Found", &format!("location: /login\r\n{HTML}"), redirect),
        }
    }

    #[tokio::test]
    async fn a_whole_page_behind_a_redirect_is_an_open_door() {
        insta::assert_snapshot!(judged(|head, _| login_or(head, "<h1>Orders</h1><p data-user=alice>Alice")).await, @"
        refused at http://127.0.0.1:PORT/: expected a way to the login page, 401 or 403, found status 302 to /login, and its body shows `[data-user]`
          no cookie was sent, since none is stored
        ");
        insta::assert_snapshot!(judged(|head, _| login_or(head, ORDERS)).await, @r#"
        refused at http://127.0.0.1:PORT/: expected a way to the login page, 401 or 403, found status 302 to /login, and its body has a table of "Order", "Customer"
          no cookie was sent, since none is stored
        "#);
        insta::assert_snapshot!(judged(|head, _| login_or(head, &"Order of Byron. ".repeat(40))).await, @"
        refused at http://127.0.0.1:PORT/: expected a way to the login page, 401 or 403, found status 302 to /login, and its body is a whole page of 639 characters
          no cookie was sent, since none is stored
        ");
    }

    #[tokio::test]
    async fn a_redirect_that_says_where_it_leads_is_none() {
        assert_eq!(judged(|head, _| login_or(head, "")).await, "");
        assert_eq!(
            judged(|head, _| login_or(head, "<h1>Found</h1><p>It is <a href=/login>here</a>.")).await,
            ""
        );
        let with_login = |head: &str, _| login_or(head, &format!("{LOGIN}{}", "Terms of use. ".repeat(90)));
        assert_eq!(judged(with_login).await, "");
    }

    #[tokio::test]
    async fn data_above_a_login_form_is_an_open_door() {
        insta::assert_snapshot!(judged(|_, _| ok(HTML, &format!("<h1>Orders</h1>{ORDERS}{LOGIN}"))).await, @r#"
        refused at http://127.0.0.1:PORT/: expected a way to the login page, 401 or 403, found status 200, and beside the login form the page has a table of "Order", "Customer"
          `h1` is "Orders"
          no cookie was sent, since none is stored
        "#);
    }

    #[tokio::test]
    async fn a_login_form_in_a_table_is_none() {
        assert_eq!(judged(|_, _| ok(HTML, &format!("<table><tr><th>Name<td>{LOGIN}</table>"))).await, "");
    }

    #[tokio::test]
    async fn an_api_that_complains_with_status_200_refuses_and_accepts_nobody() {
        const JSON: &str = "content-type: application/json\r\n";
        let refusal = |_: &str, _| ok(JSON, "{\"error\":\"unauthorized\"}");
        assert_eq!(judged(refusal).await, "");
        let (session, log) = visitor(&serve(refusal).0);
        session.get("/").await.unwrap().signed_in();
        insta::assert_snapshot!(told(&log), @r#"
        signed in at http://127.0.0.1:PORT/: expected somebody signed in, found status 200, and the answer is {"error":"unauthorized"}
          no cookie was sent, since none is stored
        "#);
        let (session, log) = visitor(&serve(|_, _| ok(JSON, "{\"error\":\"out of order\"}")).0);
        let answer = session.get("/").await.unwrap();
        answer.signed_in();
        answer.refused();
        insta::assert_snapshot!(told(&log), @r#"
        signed in at http://127.0.0.1:PORT/: expected somebody signed in, found status 200, and the answer is {"error":"out of order"}
        refused at http://127.0.0.1:PORT/: expected a way to the login page, 401 or 403, found status 200, neither a refusal nor a page of somebody signed in
        "#);
        let (session, log) = visitor(&serve(|_, _| ok(JSON, "{\"id\":7,\"error\":\"disk full\"}")).0);
        session.get("/").await.unwrap().signed_in();
        assert_eq!(told(&log), "");
    }
}
