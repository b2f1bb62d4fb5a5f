//! Which cases are meant, as an expression: `critical & !slow & component(invoices)`.

use std::fmt;

use crate::Case;

/// An expression over tags, components, suites and names.
///
/// ```text
/// critical                    the tag `critical`
/// component(invoices)         cases about this component
/// suite(session)              cases of this suite
/// case(*::invoices::api*)     cases of this full name
/// !a   a & b   a | b   (a)    not, and, or; `!` binds closest, then `&`
/// ```
///
/// In a name, `*` stands for anything. Words with other characters than letters, digits, `-`, `_`, `.`, `:`, `/` and `*` are put in
/// quotes.
///
/// ```
/// use smokestack_core::Expression;
/// assert!("critical & !slow".parse::<Expression>().is_ok());
/// let error = "critical & ".parse::<Expression>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a tag, `component(..)`, `suite(..)`, `case(..)`, `!` or `(`\n  critical & \n             ^");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    text: String,
    node: Node,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Tag(String),
    Component(String),
    Suite(String),
    Case(String),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
}

/// An expression that cannot be read, with the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    text: String,
    /// In characters.
    at: usize,
    why: String,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  {}\n  {:>width$}", self.why, self.text, "^", width = self.at + 1)
    }
}

impl std::error::Error for ExpressionError {}

/// How deep an expression may be nested.
const DEEPEST: usize = 100;

impl Expression {
    /// Whether a case is meant.
    pub fn matches(&self, case: &Case) -> bool {
        matches(&self.node, case)
    }

    /// The words of it that stand for no case at all, as they were written: most likely typos.
    pub fn idle(&self, cases: &[Case]) -> Vec<String> {
        let mut idle = Vec::new();
        leaves(&self.node, &mut |node, text| {
            if !cases.iter().any(|case| matches(node, case)) {
                idle.push(text);
            }
        });
        idle
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn matches(node: &Node, case: &Case) -> bool {
    match node {
        Node::Tag(name) => case.tags.iter().any(|tag| is_like(name, tag)),
        Node::Component(name) => case.component.as_ref().is_some_and(|component| is_like(name, component)),
        Node::Suite(name) => is_like(name, &case.suite),
        Node::Case(name) => is_like(name, &case.full_name()),
        Node::Not(inner) => !matches(inner, case),
        Node::And(left, right) => matches(left, case) && matches(right, case),
        Node::Or(left, right) => matches(left, case) || matches(right, case),
    }
}

fn leaves(node: &Node, hear: &mut dyn FnMut(&Node, String)) {
    match node {
        Node::Tag(name) => hear(node, name.clone()),
        Node::Component(name) => hear(node, format!("component({name})")),
        Node::Suite(name) => hear(node, format!("suite({name})")),
        Node::Case(name) => hear(node, format!("case({name})")),
        Node::Not(inner) => leaves(inner, hear),
        Node::And(left, right) | Node::Or(left, right) => {
            leaves(left, hear);
            leaves(right, hear);
        }
    }
}

/// Whether the text is as the pattern says, in which `*` stands for anything.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

impl std::str::FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Expression, ExpressionError> {
        let mut parser = Parser { text: text.chars().collect(), at: 0, depth: 0 };
        let node = parser.or()?;
        parser.blanks();
        if parser.at < parser.text.len() {
            return Err(parser.error("expected `&`, `|` or the end"));
        }
        Ok(Expression { text: text.trim().to_owned(), node })
    }
}

struct Parser {
    text: Vec<char>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn or(&mut self) -> Result<Node, ExpressionError> {
        let mut left = self.and()?;
        while self.eat('|') {
            left = Node::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Node, ExpressionError> {
        let mut left = self.not()?;
        while self.eat('&') {
            left = Node::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Node, ExpressionError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error("it is nested too deeply"));
        }
        let node = if self.eat('!') {
            Node::Not(Box::new(self.not()?))
        } else if self.eat('(') {
            let inner = self.or()?;
            self.close()?;
            inner
        } else {
            self.leaf()?
        };
        self.depth -= 1;
        Ok(node)
    }

    fn leaf(&mut self) -> Result<Node, ExpressionError> {
        self.blanks();
        let (start, is_quoted) = (self.at, self.text.get(self.at) == Some(&'"'));
        let word = self.word()?.ok_or_else(|| {
            self.error("expected a tag, `component(..)`, `suite(..)`, `case(..)`, `!` or `(`")
        })?;
        if is_quoted || !self.eat('(') {
            return Ok(Node::Tag(word));
        }
        let kind: fn(String) -> Node = match word.as_str() {
            "tag" => Node::Tag,
            "component" => Node::Component,
            "suite" => Node::Suite,
            "case" => Node::Case,
            _ => {
                self.at = start;
                return Err(self.error("there are `tag(..)`, `component(..)`, `suite(..)` and `case(..)`"));
            }
        };
        self.blanks();
        let name = self.word()?.ok_or_else(|| self.error("expected a name"))?;
        self.close()?;
        Ok(kind(name))
    }

    /// A word, or one in quotes; `None` where there is neither.
    fn word(&mut self) -> Result<Option<String>, ExpressionError> {
        if self.text.get(self.at) == Some(&'"') {
            let rest = &self.text[self.at + 1..];
            let Some(end) = rest.iter().position(|c| *c == '"') else {
                return Err(self.error("this quote has no end"));
            };
            let word = rest[..end].iter().collect();
            self.at += end + 2;
            return Ok(Some(word));
        }
        let is_part = |c: &&char| c.is_alphanumeric() || "-_.:/*".contains(**c);
        let word: String = self.text[self.at..].iter().take_while(is_part).collect();
        self.at += word.chars().count();
        Ok(Some(word).filter(|word| !word.is_empty()))
    }

    fn close(&mut self) -> Result<(), ExpressionError> {
        if self.eat(')') { Ok(()) } else { Err(self.error("expected `)`")) }
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.blanks();
        let is_there = self.text.get(self.at) == Some(&wanted);
        self.at += usize::from(is_there);
        is_there
    }

    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    fn error(&self, why: &str) -> ExpressionError {
        // A caret below text that is shown in one line.
        let text = self.text.iter().map(|c| if c.is_whitespace() { ' ' } else { *c }).collect();
        ExpressionError { text, at: self.at, why: why.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Ending, Place};

    fn case(suite: &str, component: Option<&str>, name: &str, tags: &[&str]) -> Case {
        Case {
            suite: suite.into(),
            name: name.into(),
            component: component.map(Into::into),
            tags: tags.iter().map(ToString::to_string).collect(),
            ..Case::new(
                Place { file: "a.rs".into(), line: 1, column: 1 },
                Arc::new(|_| Box::pin(async { Ending::Done })),
            )
        }
    }

    fn cases() -> Vec<Case> {
        vec![
            case("session", Some("invoices"), "page", &["critical"]),
            case("session", Some("portal"), "api", &["critical", "slow"]),
            case("pages", Some("invoices"), "list", &[]),
            case("login", None, "alice", &["critical"]),
        ]
    }

    fn meant(text: &str) -> String {
        let expression: Expression = text.parse().unwrap_or_else(|error| panic!("{error}"));
        let cases = cases();
        let names = cases.iter().filter(|case| expression.matches(case)).map(|case| case.name.as_str());
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tags_components_suites_and_names_are_joined_by_and_or_and_not() {
        for (text, names) in [
            ("critical", "page api alice"),
            ("critical & !slow", "page alice"),
            ("critical & !slow & component(invoices)", "page"),
            ("slow | suite(pages)", "api list"),
            ("slow | critical & component(invoices)", "page api"),
            ("(slow | critical) & component(invoices)", "page"),
            ("!(critical|slow)", "list"),
            ("!!slow", "api"),
            ("case(session::*)", "page api"),
            ("case(*::invoices::*) & case(*e)", "page"),
            ("component(*)", "page api list"),
            ("tag(\"slow\") | \"critical\"", "page api alice"),
            ("suite( login )", "alice"),
        ] {
            assert_eq!(meant(text), names, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_place() {
        let wrong = ["critical slow", "critical &", "(critical", "colour(red)", "suite()", "\"slow", "a & )"];
        let told = wrong.map(|text| text.parse::<Expression>().unwrap_err().to_string());
        insta::assert_snapshot!(told.join("\n"), @r#"
        expected `&`, `|` or the end
          critical slow
                   ^
        expected a tag, `component(..)`, `suite(..)`, `case(..)`, `!` or `(`
          critical &
                    ^
        expected `)`
          (critical
                   ^
        there are `tag(..)`, `component(..)`, `suite(..)` and `case(..)`
          colour(red)
          ^
        expected a name
          suite()
                ^
        this quote has no end
          "slow
          ^
        expected a tag, `component(..)`, `suite(..)`, `case(..)`, `!` or `(`
          a & )
              ^
        "#);
    }

    #[test]
    fn words_that_stand_for_no_case_are_known() {
        let expression: Expression = "critcal | slow & component(invoice) | !suite(page)".parse().unwrap();
        assert_eq!(expression.idle(&cases()), ["critcal", "component(invoice)", "suite(page)"]);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_text_is_an_expression_or_an_error_with_a_place_in_it(text in r#"[a-c!&|()"* ]{0,40}|\PC{0,40}"#) {
            if let Err(error) = text.parse::<Expression>() {
                proptest::prop_assert!(error.at <= text.chars().count());
            }
        }

        #[test]
        fn a_star_stands_for_anything(left in "[a-c*]{0,6}", between in "\\PC{0,6}", right in "[a-c]{0,6}") {
            let left = left.replace('*', "");
            let pattern = format!("{left}*{right}");
            let text = format!("{left}{between}{right}");
            proptest::prop_assert!(is_like(&pattern, &text));
        }
    }
}
