//! Pages that send their form by themselves: how identity providers answer by POST.

use super::Page;
use super::document::View;
use super::form::Form;

/// What such a form carries (OAuth 2.0 Form Post Response Mode; SAML 2.0 Bindings, 3.5; WS-Federation 1.2, 13.2).
const ANSWERS: [&str; 6] = ["code", "id_token", "access_token", "SAMLResponse", "SAMLRequest", "wresult"];

/// What people can fill or choose.
const CONTROLS: &str = "form select, form textarea, \
    form input:not([type=hidden]):not([type=submit]):not([type=image]):not([type=button])";

impl Page {
    /// The form that a browser sends without anybody's doing as soon as it has the page.
    pub(crate) fn self_submitting(&self) -> Option<Form> {
        let sends_itself = self.code() < 400 && sends_its_form(&self.document());
        sends_itself.then(|| self.forms("form").pop()).flatten()
    }
}

/// Whether a page has one form, with hidden fields alone, which a script submits or which carries a provider's answer.
fn sends_its_form(page: &View<'_>) -> bool {
    let count = |selector: &str| page.count(selector).unwrap_or_default();
    if count("form") != 1 || count("form[method=post i]") != 1 || count(CONTROLS) > 0 {
        return false;
    }
    let submits = |script: &str| script.contains("submit(");
    let inline = page.select("script", usize::MAX, |script| submits(&script.text().collect::<String>()));
    let on_load = page.select("[onload]", 1, |body| body.attr("onload").is_some_and(submits));
    let scripted = [inline, on_load].into_iter().flatten().flatten().any(|submits| submits);
    scripted || ANSWERS.iter().any(|name| count(&format!("form input[name={name}]")) > 0)
}

#[cfg(test)]
mod tests {
    use super::super::document::Document;
    use super::*;

    fn sends(page: &str) -> bool {
        let document = Document::default();
        sends_its_form(&document.view(page))
    }

    const ANSWER: &str = r#"<form method="POST" action="https://app.test/callback"><input type="hidden" name="code" value="x">"#;
    const PLAIN: &str = r#"<form method="post" action="/next"><input type="hidden" name="step" value="2">"#;

    #[test]
    fn an_answer_is_sent_however_the_script_does_it() {
        assert!(sends(&format!("<body onload='javascript:document.forms[0].submit()'>{PLAIN}</form>")));
        assert!(sends(&format!("{PLAIN}</form><script>document.forms[0].submit();</script>")));
        assert!(sends(&format!("{ANSWER}</form><script src='/post.js'></script>")));
        assert!(sends(&format!("{ANSWER}<noscript><button>Continue</button></noscript></form>")));
    }

    #[test]
    fn a_form_for_people_is_left_to_them() {
        assert!(!sends(&format!("{PLAIN}<button>Go on</button></form>")));
        assert!(!sends(&format!("{ANSWER}<input name='totp'></form>")));
        assert!(!sends(&format!("{ANSWER}</form>{PLAIN}</form>")));
        assert!(!sends(&ANSWER.replace("POST", "get")));
        assert!(!sends("<p>no form</p><script>form.submit()</script>"));
    }
}
