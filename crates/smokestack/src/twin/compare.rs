//! What of two portraits is another: a few lines for each thing, those of the first behind `-`, of the second behind `+`.

use std::collections::BTreeSet;

use super::portrait::{Cookie, Portrait};
use crate::contract::{Lifetime, spoken};
use crate::page::shape::lacking;
use crate::snapshot::diff;

/// Something that is another: what, and how.
pub(super) type Other = (String, Vec<String>);

/// What is another. Of answers that ended elsewhere, or otherwise, nothing is compared but the way.
pub(super) fn compare(one: &Portrait, other: &Portrait) -> Vec<Other> {
    let mut others = Vec::new();
    if one.status != other.status {
        let line = |sign, portrait: &Portrait| format!("{sign} {}", portrait.status.join(", "));
        others.push(("status".to_owned(), vec![line('-', one), line('+', other)]));
    }
    if one.redirects != other.redirects {
        others.push(("redirect".to_owned(), redirects(one, other)));
    }
    if one.status.last() != other.status.last() || one.end != other.end {
        return others;
    }
    for name in names(one.cookies.keys(), other.cookies.keys()) {
        let (one, other) = (one.cookies.get(name), other.cookies.get(name));
        add(&mut others, format!("cookie {name}"), cookies(one, other));
    }
    for name in names(one.headers.keys(), other.headers.keys()) {
        let value = |portrait: &Portrait| portrait.headers.get(name).cloned();
        add(&mut others, format!("header {name}"), lists(value(one), value(other), "; "));
    }
    if one.outline != other.outline {
        add(&mut others, "outline".to_owned(), diff(&one.outline, &other.outline));
    }
    add(&mut others, "shape".to_owned(), shapes(&one.shape, &other.shape));
    others
}

fn add(others: &mut Vec<Other>, what: String, lines: Vec<String>) {
    if !lines.is_empty() {
        others.push((what, lines));
    }
}

fn names<'n>(
    one: impl Iterator<Item = &'n String>,
    other: impl Iterator<Item = &'n String>,
) -> BTreeSet<&'n String> {
    one.chain(other).collect()
}

/// The hops from the first that leads elsewhere on.
fn redirects(one: &Portrait, other: &Portrait) -> Vec<String> {
    let same = one.redirects.iter().zip(&other.redirects).take_while(|(one, other)| one == other).count();
    let lines = |sign: char, portrait: &Portrait| -> Vec<String> {
        let rest = portrait.redirects[same..].iter().map(|to| format!("{sign} to {to}")).collect::<Vec<_>>();
        if rest.is_empty() { vec![format!("{sign} (no more)")] } else { rest }
    };
    [lines('-', one), lines('+', other)].concat()
}

/// What only one of two lists has; all of it where only one is there.
fn lists(one: Option<Vec<String>>, other: Option<Vec<String>>, by: &str) -> Vec<String> {
    let (one, other) = match (one, other) {
        (Some(one), Some(other)) => (one, other),
        (Some(one), None) => return vec![format!("- {}", one.join(by)), "+ (not set)".to_owned()],
        (None, Some(other)) => return vec!["- (not set)".to_owned(), format!("+ {}", other.join(by))],
        (None, None) => return Vec::new(),
    };
    let only = |sign: char, of: &[String], not: &[String]| -> Vec<String> {
        of.iter().filter(|line| !not.contains(line)).map(|line| format!("{sign} {line}")).collect()
    };
    let lines = [only('-', &one, &other), only('+', &other, &one)].concat();
    match lines.is_empty() && one != other {
        true => vec![format!("- {}", one.join(by)), format!("+ {}", other.join(by))],
        false => lines,
    }
}

fn cookies(one: Option<&Vec<Cookie>>, other: Option<&Vec<Cookie>>) -> Vec<String> {
    let lines = |cookies: Option<&Vec<Cookie>>, like: Option<&Vec<Cookie>>| {
        let like = |index: usize| like.and_then(|like| like.get(index));
        let lines = cookies?.iter().enumerate().flat_map(|(index, cookie)| said(cookie, like(index)));
        Some(lines.collect::<Vec<_>>())
    };
    // In the words of the other one, where it lives about as long.
    lists(lines(one, None), lines(other, one), ", ")
}

fn said(cookie: &Cookie, like: Option<&Cookie>) -> Vec<String> {
    let mut lines = cookie.lines.clone();
    let Some(lifetime) = cookie.lifetime.map(Lifetime::of) else { return lines };
    let like = like.and_then(|like| like.lifetime).map(Lifetime::of);
    let lifetime = like.filter(|like| like.is_as_long_as(lifetime)).unwrap_or(lifetime);
    lines.push(match lifetime {
        Lifetime::Browser => spoken::lifetime(lifetime),
        Lifetime::Seconds(_) => format!("lives for {}", spoken::lifetime(lifetime)),
    });
    lines
}

fn shapes(one: &[String], other: &[String]) -> Vec<String> {
    let gone = lacking(one, other).into_iter().map(|line| format!("- {line}"));
    let new = lacking(other, one).into_iter().map(|line| format!("+ {line}"));
    gone.chain(new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portrait() -> Portrait {
        let lines = ["Domain {host}", "Path /", "Secure set", "HttpOnly set", "SameSite Lax"];
        let cookie = Cookie { lines: lines.map(str::to_owned).into(), lifetime: Some(Some(1800)) };
        Portrait {
            status: vec!["302".into(), "200".into()],
            redirects: vec!["/home".into()],
            end: "/home".into(),
            cookies: [("sid".to_owned(), vec![cookie])].into(),
            headers: [("vary".to_owned(), vec!["accept".to_owned(), "cookie".to_owned()])].into(),
            outline: "main\n  heading 1 \"Home\"\n  link \"News\" to /news".into(),
            shape: vec!["/id: number".into()],
        }
    }

    fn told(change: impl FnOnce(&mut Portrait)) -> String {
        let mut other = portrait();
        change(&mut other);
        let told = compare(&portrait(), &other);
        told.into_iter()
            .map(|(what, lines)| format!("{what}\n{}", lines.join("\n")))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn cookie(change: impl FnOnce(&mut Cookie)) -> String {
        told(|other| change(&mut other.cookies.get_mut("sid").unwrap()[0]))
    }

    #[test]
    fn each_thing_that_is_another_is_told_in_its_lines() {
        insta::assert_snapshot!(
            [
                told(|_| {}),
                cookie(|cookie| cookie.lines[3] = "HttpOnly missing".into()),
                cookie(|cookie| cookie.lifetime = Some(None)),
                told(|other| other.cookies.clear()),
                told(|other| drop(other.headers.insert("vary".into(), vec!["cookie".into()]))),
                told(|other| drop(other.headers.insert("x-frame-options".into(), vec!["DENY".into()]))),
                told(|other| other.outline = other.outline.replace("Home", "Start")),
                told(|other| other.shape = vec!["/id: string".into()]),
            ]
            .join("\n"),
            @r#"

        cookie sid
        - HttpOnly set
        + HttpOnly missing
        cookie sid
        - lives for 30m
        + ends with the browser
        cookie sid
        - Domain {host}, Path /, Secure set, HttpOnly set, SameSite Lax, lives for 30m
        + (not set)
        header vary
        - accept
        header x-frame-options
        - (not set)
        + DENY
        outline
          main
        -   heading 1 "Home"
        +   heading 1 "Start"
            link "News" to /news
        shape
        - /id: number
        + /id: string
        "#
        );
    }

    #[test]
    fn of_answers_that_end_elsewhere_the_way_alone_is_compared() {
        let lost = told(|other| {
            other.status = vec!["302".into(), "302".into(), "200".into()];
            other.redirects.push("/login?next=/home".into());
            other.end = "/login".into();
            other.outline = "main".into();
        });
        insta::assert_snapshot!(lost, @r"
        status
        - 302, 200
        + 302, 302, 200
        redirect
        - (no more)
        + to /login?next=/home
        ");
    }

    #[test]
    fn a_second_more_or_less_to_live_is_no_difference() {
        assert_eq!(cookie(|cookie| cookie.lifetime = Some(Some(1799))), "");
        assert_ne!(cookie(|cookie| cookie.lifetime = Some(Some(3600))), "");
    }
}
