//! A request as a suite, a form or a login makes it.

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use super::{Policy, Referrer};

/// A request before it knows the target's address and the cookies.
pub(crate) struct Request {
    pub(super) method: Method,
    pub(super) address: String,
    pub(super) body: Option<Body>,
    /// For the first address alone.
    pub(super) header: Option<(HeaderName, HeaderValue)>,
    /// The page it was made from.
    pub(super) referrer: Option<Referrer>,
    pub(super) is_login: bool,
    /// What it belongs to, for messages.
    pub(super) within: Option<String>,
}

/// What a request carries.
pub(super) struct Body {
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: Method, address: &str) -> Request {
        Request {
            method,
            address: address.to_owned(),
            body: None,
            header: None,
            referrer: None,
            is_login: false,
            within: None,
        }
    }

    pub(crate) fn fields(self, fields: Vec<(String, String)>) -> Request {
        let bytes = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body("application/x-www-form-urlencoded".to_owned(), bytes.into_bytes())
    }

    pub(crate) fn json(self, json: &serde_json::Value) -> Request {
        self.body("application/json".to_owned(), json.to_string().into_bytes())
    }

    pub(crate) fn body(mut self, content_type: String, bytes: Vec<u8>) -> Request {
        self.body = Some(Body { content_type, bytes });
        self
    }

    /// With this header, which no redirect takes along.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Request {
        self.header = Some((name, value));
        self
    }

    /// What it belongs to: told where it leads nowhere.
    pub(crate) fn within(mut self, what: String) -> Request {
        self.within = Some(what);
        self
    }

    pub(crate) fn made_from(self, page: Url) -> Request {
        self.told_from(Referrer::new(page, Policy::default()))
    }

    /// Made from a page that says how much of it a server may know.
    pub(crate) fn told_from(mut self, page: Referrer) -> Request {
        self.referrer = Some(page);
        self
    }

    /// A login or logout: no write in the sense of a protected target.
    pub(crate) fn belongs_to_login(mut self) -> Request {
        self.is_login = true;
        self
    }

    #[cfg(test)]
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Whether it may change something.
    pub(super) fn writes(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }
}
