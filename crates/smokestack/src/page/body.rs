//! The body of an answer as it came: its type, its encoding, its size, its plain text.

use super::charset;
use super::judged::Subject;
use super::{Count, Page, Text};

impl Page {
    /// The media type of the answer in small letters, without parameters: `page.content_type().is("text/html")`.
    pub fn content_type(&self) -> Text {
        let value = self.content_type_header().split(';').next().unwrap_or_default().trim();
        let value = (!value.is_empty()).then(|| value.to_ascii_lowercase());
        Text::new(self, "content type", value, "the answer has no `Content-Type`")
    }

    /// The charset that the answer's `Content-Type` names, or else the page itself, in small letters.
    ///
    /// A page is read in it. One that names none is read as windows-1252, as browsers do; JSON, CSV and other data as
    /// UTF-8, where that is possible.
    pub fn charset(&self) -> Text {
        let header = charset::parameter(self.content_type_header(), "charset");
        let named = header.or_else(|| self.named_charset().map(str::to_owned));
        Text::new(self, "charset", named.map(|name| name.to_ascii_lowercase()), "none is named")
    }

    /// How many bytes the body has, after it was unpacked: `page.size().at_most(200_000)`.
    pub fn size(&self) -> Count {
        let subject = Subject::new(self, "size");
        let count = Count::of(subject, "size of the body in bytes", self.body_size());
        count.told(vec![format!("the answer is {}", self.media_type())])
    }

    /// The whole body as text, as it came: for plain text, and for what HTML does not show.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.plain_text().contains("up 1");
    /// page.plain_text().lines().include("orders_total 17");
    /// # }
    /// ```
    pub fn plain_text(&self) -> Text {
        Text::new(self, "body", Some(self.body().to_owned()), "")
    }
}
