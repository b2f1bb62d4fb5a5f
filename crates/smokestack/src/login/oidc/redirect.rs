//! What goes past in addresses: the request to the provider, and the answer that the visitor brings back.

use smokestack_core::Hop;
use url::Url;

use crate::login::refusal::Refusal;
use crate::page::Page;

/// A request for authorization (OpenID Connect Core, section 3.1.2.1).
#[derive(Clone, Debug)]
pub(super) struct Question {
    address: Url,
}

/// What the provider answers by way of the visitor (RFC 6749, section 4.1.2; RFC 9207).
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub(super) code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    description: Option<String>,
}

/// A parameter of an address; an empty one is none.
fn parameter(address: &Url, name: &str) -> Option<String> {
    let found = address.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
}

impl Question {
    /// The last one among these requests.
    pub(super) fn among(hops: &[Hop]) -> Option<Question> {
        let addresses = hops.iter().rev().filter_map(|hop| Url::parse(&hop.url).ok());
        let is_one = |address: &Url| {
            parameter(address, "response_type").is_some() && parameter(address, "client_id").is_some()
        };
        addresses.into_iter().find(is_one).map(|address| Question { address })
    }

    pub(super) fn of(address: Url) -> Question {
        Question { address }
    }

    pub(super) fn address(&self) -> &str {
        self.address.as_str()
    }

    /// A parameter of it.
    pub(super) fn has(&self, name: &str) -> Option<String> {
        parameter(&self.address, name)
    }

    pub(super) fn redirect_uri(&self) -> Option<Url> {
        Url::parse(&self.has("redirect_uri")?).ok()
    }

    /// Whether an address is the one that it asked to be answered at.
    pub(super) fn is_answered_at(&self, address: &Url) -> bool {
        self.redirect_uri().is_some_and(|at| {
            (at.scheme(), at.host_str(), at.port_or_known_default(), at.path())
                == (address.scheme(), address.host_str(), address.port_or_known_default(), address.path())
        })
    }

    /// The answer among these requests, if the visitor has brought it back: in the address, or in one of these forms.
    pub(super) fn reply_among(&self, hops: &[Hop], forms: &[(Url, Vec<(String, String)>)]) -> Option<Reply> {
        let mut asked =
            hops.iter().rev().filter_map(|hop| Some((hop.method.as_str(), Url::parse(&hop.url).ok()?)));
        let (method, address) = asked.find(|(_, address)| self.is_answered_at(address))?;
        Some(Reply::brought(method, &address, forms))
    }
}

impl Reply {
    pub(super) fn read(address: &Url) -> Reply {
        Reply::of(|name| parameter(address, name))
    }

    /// By a request to this address: in it, or in the last of these forms that went there.
    fn brought(method: &str, address: &Url, forms: &[(Url, Vec<(String, String)>)]) -> Reply {
        let mut there = forms.iter().rev().filter(|(action, _)| method == "POST" && action == address);
        there.next().map_or_else(|| Reply::read(address), |(_, fields)| Reply::of_form(fields))
    }

    /// As a form brings it (OAuth 2.0 Form Post Response Mode, section 2).
    fn of_form(fields: &[(String, String)]) -> Reply {
        Reply::of(|name| {
            let found = fields.iter().find(|(key, value)| key == name && !value.is_empty());
            found.map(|(_, value)| value.clone())
        })
    }

    fn of(of: impl Fn(&str) -> Option<String>) -> Reply {
        Reply {
            code: of("code"),
            state: of("state"),
            iss: of("iss"),
            error: of("error"),
            description: of("error_description"),
        }
    }

    /// What is wrong with it, in itself and as an answer to this question.
    pub(super) fn trouble(&self, question: &Question, provider: &str) -> Option<Refusal> {
        if let Some(error) = &self.error {
            let refusal = Refusal::new(format!("the provider answers with error `{error}`"));
            return Some(refusal.notes(self.description.as_ref().map(|said| format!("it says {said:?}"))));
        }
        let found = match (question.has("state"), &self.state) {
            (Some(_), None) => "the provider's answer brings no `state` back",
            (asked, answered) if asked.as_ref() != answered.as_ref() => {
                "the provider's answer brings another `state` back than the request had"
            }
            _ => {
                let iss = self.iss.as_ref().filter(|iss| !same_issuer(iss, provider))?;
                let found =
                    format!("the provider's answer is of issuer {iss}, and `provider` names {provider}");
                return Some(Refusal::new(found));
            }
        };
        Some(Refusal::new(found))
    }
}

/// Issuers are compared as texts (RFC 9207, section 2.4), but for a slash at the end, which people leave out.
pub(super) fn same_issuer(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// The login passed at the provider, and the platform did not take what came of it.
pub(super) fn callback_trouble(page: &Page, question: &Question, cookies: Vec<String>) -> Option<Refusal> {
    let at = page.exchange().hops.iter().filter_map(|hop| Url::parse(&hop.url).ok());
    let callback = at.into_iter().find(|address| question.is_answered_at(address))?;
    if page.code() < 400 {
        return None;
    }
    let found = format!(
        "the provider's login passes, and the callback {} answers status {}",
        callback.path(),
        page.code()
    );
    let help = "look at the component's client secret, redirect address, issuer and cookie secret";
    Some(Refusal::new(found).notes(page.alerts()).notes(cookies).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: &str = "http://id.test/authorize?response_type=code&client_id=portal&state=abc&redirect_uri=http%3A%2F%2Fplatform.test%2Fcallback";

    fn trouble(answer: &str) -> String {
        let question = Question::of(Url::parse(ASKED).unwrap());
        let address = Url::parse(&format!("http://platform.test/callback?{answer}")).unwrap();
        assert!(question.is_answered_at(&address));
        let refusal = Reply::read(&address).trouble(&question, "http://id.test");
        refusal.map(|refusal| [vec![refusal.found], refusal.notes].concat().join("; ")).unwrap_or_default()
    }

    #[test]
    fn an_answer_to_the_question_is_none() {
        assert_eq!(trouble("code=x&state=abc"), "");
        assert_eq!(trouble("code=x&state=abc&iss=http%3A%2F%2Fid.test%2F"), "");
    }

    #[test]
    fn what_is_no_answer_to_the_question_is_told() {
        assert_eq!(trouble("code=x"), "the provider's answer brings no `state` back");
        assert_eq!(
            trouble("code=x&state=abd"),
            "the provider's answer brings another `state` back than the request had"
        );
        assert_eq!(
            trouble("code=x&state=abc&iss=http%3A%2F%2Fevil.test"),
            "the provider's answer is of issuer http://evil.test, and `provider` names http://id.test"
        );
        assert_eq!(
            trouble("error=access_denied&error_description=not+you&state=abc"),
            "the provider answers with error `access_denied`; it says \"not you\""
        );
    }

    #[test]
    fn an_answer_may_come_by_a_form() {
        let question = Question::of(Url::parse(ASKED).unwrap());
        let callback = Url::parse("http://platform.test/callback").unwrap();
        let fields =
            |state: &str| [("code", "x"), ("state", state)].map(|(n, v)| (n.to_owned(), v.to_owned()));
        for (state, trouble) in [("abc", false), ("abd", true), ("", true)] {
            let forms = [(callback.clone(), fields(state).to_vec())];
            let reply = Reply::brought("POST", &callback, &forms);
            assert_eq!(reply.trouble(&question, "http://id.test").is_some(), trouble, "{state}");
        }
    }

    #[test]
    fn another_address_is_no_place_for_the_answer() {
        let question = Question::of(Url::parse(ASKED).unwrap());
        for address in
            ["http://platform.test/home", "https://platform.test/callback", "http://evil.test/callback"]
        {
            assert!(!question.is_answered_at(&Url::parse(address).unwrap()));
        }
    }
}
