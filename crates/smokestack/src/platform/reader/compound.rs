//! Keys that hold more than one value: lists, tables of texts, JSON.

use std::ops::RangeInclusive;

use serde_json::Value;
use toml::Spanned;
use toml::de::DeValue;
use url::Url;

use super::{Entry, Table, Text, described};

impl Entry<'_> {
    /// Its value, a text or a list of texts.
    pub(in crate::platform) fn text_or_texts(&self) -> Option<Vec<Text>> {
        if self.value.get_ref().as_array().is_some() {
            self.texts()
        } else {
            self.text().map(|text| vec![text])
        }
    }
}

impl<'r> Table<'r> {
    /// A list of texts that is not empty.
    pub(in crate::platform) fn texts(&self, key: &'static str) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let text = |item: &Spanned<DeValue<'_>>| item.get_ref().as_str().map(str::to_owned);
        let list = value.get_ref().as_array().filter(|list| !list.is_empty());
        let texts: Option<Vec<String>> = list.and_then(|list| list.iter().map(text).collect());
        texts.or_else(|| self.wrong(key, value, "a list of texts"))
    }

    /// A text, or a list of texts that is not empty.
    pub(in crate::platform) fn one_or_more_texts(&self, key: &'static str) -> Option<Vec<String>> {
        if self.is_list(key) { self.texts(key) } else { self.text(key).map(|text| vec![text.value]) }
    }

    /// A list of CSS selectors.
    pub(in crate::platform) fn selectors(&self, key: &'static str) -> Option<Vec<String>> {
        let texts = self.placed_texts(key)?;
        let fine = texts.iter().filter(|text| self.is_selector(key, text)).count() == texts.len();
        fine.then(|| texts.into_iter().map(|text| text.value).collect())
    }

    /// A whole number within bounds.
    pub(in crate::platform) fn whole(
        &self,
        key: &'static str,
        bounds: RangeInclusive<usize>,
    ) -> Option<usize> {
        let value = self.value(key)?;
        let Some(integer) = value.get_ref().as_integer() else {
            return self.wrong(key, value, "a whole number");
        };
        let number = usize::from_str_radix(integer.as_str(), integer.radix()).ok();
        let fitting = number.filter(|number| bounds.contains(number));
        if fitting.is_none() {
            let (from, to) = (bounds.start(), bounds.end());
            let what = format!("`{}` must be from {from} to {to}", self.full(key));
            self.reader.mistake(what, value.span(), "out of range");
        }
        fitting
    }

    pub(in crate::platform) fn is_list(&self, key: &'static str) -> bool {
        self.value(key).is_some_and(|value| value.get_ref().is_array())
    }

    /// A list of texts with their places.
    pub(in crate::platform) fn placed_texts(&self, key: &'static str) -> Option<Vec<Text>> {
        let value = self.value(key)?;
        let text = |item: &Spanned<DeValue<'_>>| {
            let text = item.get_ref().as_str()?;
            Some(Text { value: text.to_owned(), range: item.span() })
        };
        let texts: Option<Vec<Text>> =
            value.get_ref().as_array().and_then(|list| list.iter().map(text).collect());
        texts.or_else(|| self.wrong(key, value, "a list of texts"))
    }

    /// A list of names, which may be empty: none of them.
    pub(in crate::platform) fn names(&self, key: &'static str) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let name = |item: &Spanned<DeValue<'_>>| item.get_ref().as_str().map(str::to_owned);
        let names: Option<Vec<String>> =
            value.get_ref().as_array().and_then(|list| list.iter().map(name).collect());
        names.or_else(|| self.wrong(key, value, "a list of texts"))
    }

    /// A list of tables that is not empty.
    pub(in crate::platform) fn tables(&self, key: &'static str) -> Vec<Table<'r>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let list = value.get_ref().as_array().filter(|list| !list.is_empty());
        let tables: Option<Vec<Table<'r>>> = list.and_then(|list| {
            let table = |(n, item): (usize, &'r Spanned<DeValue<'r>>)| {
                let entries = item.get_ref().as_table()?;
                let (name, range) = (format!("{}.{}", self.full(key), n + 1), item.span());
                Some(Table { reader: self.reader, name, entries, range, asked: Default::default() })
            };
            list.iter().enumerate().map(table).collect()
        });
        tables.unwrap_or_else(|| {
            self.wrong::<()>(key, value, "a list of tables");
            Vec::new()
        })
    }

    /// A table whose values are texts, empty ones too, in the file's order.
    pub(in crate::platform) fn fields(&self, key: &'static str) -> Option<Vec<(String, Text)>> {
        let value = self.value(key)?;
        let Some(entries) = value.get_ref().as_table() else {
            return self.wrong(key, value, "a table of texts");
        };
        let mut texts = Vec::new();
        for (name, value) in entries.iter() {
            match value.get_ref() {
                DeValue::String(text) => {
                    let text = Text { value: text.to_string(), range: value.span() };
                    texts.push((name.get_ref().to_string(), text));
                }
                other => {
                    let what = format!("`{}.{}` must be a text in quotes", self.full(key), name.get_ref());
                    self.reader.mistake(what, value.span(), format!("this is {}", described(other)));
                }
            }
        }
        texts.sort_by_key(|(_, text)| text.range.start);
        Some(texts)
    }

    /// A text that may be empty.
    pub(in crate::platform) fn any_text(&self, key: &'static str) -> Option<String> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => self.wrong(key, value, "a text in quotes"),
        }
    }

    /// A table as JSON; each text in it is shown to `see`.
    pub(in crate::platform) fn json(&self, key: &'static str, see: &mut dyn FnMut(&Text)) -> Option<Value> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(_) => json(value, see).or_else(|| self.wrong(key, value, "a table without dates")),
            _ => self.wrong(key, value, "a table"),
        }
    }

    /// A path on the platform, or a whole address.
    pub(in crate::platform) fn address(&self, key: &'static str) -> Option<String> {
        let text = self.text(key)?;
        let is_path = text.value.starts_with('/') && !text.value.starts_with("//");
        let is_whole = Url::parse(&text.value).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_path && !is_whole {
            let what = format!("`{}` is neither a path nor a whole address", self.full(key));
            self.reader.mistake(what, text.range, "a path begins with one `/`");
            return None;
        }
        Some(text.value)
    }
}

/// JSON has no dates, and no numbers that are none.
fn json(value: &Spanned<DeValue<'_>>, see: &mut dyn FnMut(&Text)) -> Option<Value> {
    Some(match value.get_ref() {
        DeValue::String(text) => {
            see(&Text { value: text.to_string(), range: value.span() });
            Value::from(text.as_ref())
        }
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::Integer(number) => Value::from(i64::from_str_radix(number.as_str(), number.radix()).ok()?),
        DeValue::Float(number) => Value::from(number.as_str().parse::<f64>().ok().filter(|n| n.is_finite())?),
        DeValue::Array(list) => Value::Array(list.iter().map(|item| json(item, see)).collect::<Option<_>>()?),
        DeValue::Table(table) => {
            let entries =
                table.iter().map(|(name, value)| Some((name.get_ref().to_string(), json(value, see)?)));
            Value::Object(entries.collect::<Option<_>>()?)
        }
        DeValue::Datetime(_) => return None,
    })
}
