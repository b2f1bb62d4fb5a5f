//! Reads a text as whoever unescapes it: every way in which a piece of the original may be spelled at a place.

use std::collections::HashSet;

/// How often a text may have been escaped: JSON in a page, in an address, misread as another encoding.
pub(super) const DEEPEST: u8 = 3;

/// A text whose pieces are asked for by place, and by how often it may have been escaped.
pub(super) struct Spelled<'t> {
    text: &'t [u8],
    /// For each byte of a text that has any: which of the odd ones it is, counted from one.
    odd: Vec<u32>,
    /// What may be spelled at each odd place, by how often it was escaped: read once, as each is asked for many times.
    read: Vec<[Pieces; DEEPEST as usize]>,
}

/// A few bytes of the original, and where in the text the next ones are spelled.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Piece {
    bytes: [u8; 6],
    len: u8,
    next: u32,
}

/// What may be spelled at one place: itself first, what was escaped most often last.
#[derive(Clone, Copy, Default)]
pub(super) struct Pieces {
    list: [Piece; 7],
    len: usize,
}

/// The characters of windows-1252 from 0x80, which browsers and most servers call latin-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The longest name of an entity: `CounterClockwiseContourIntegral`.
const LONGEST_NAME: usize = 31;

impl Piece {
    fn new(bytes: &[u8], next: usize) -> Piece {
        // A text beyond four gigabytes is no message: what is wrong then is never found, and hurts nobody.
        let mut piece = Piece { next: u32::try_from(next).unwrap_or(u32::MAX), ..Piece::default() };
        if let Some(room) = piece.bytes.get_mut(..bytes.len()) {
            room.copy_from_slice(bytes);
            piece.len = bytes.len() as u8;
        }
        piece
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    pub(super) fn next(&self) -> usize {
        self.next as usize
    }
}

impl Pieces {
    pub(super) fn as_slice(&self) -> &[Piece] {
        &self.list[..self.len]
    }

    fn add(&mut self, bytes: &[u8], next: usize) {
        let piece = Piece::new(bytes, next);
        if self.len < self.list.len() && !self.as_slice().contains(&piece) {
            self.list[self.len] = piece;
            self.len += 1;
        }
    }

    fn add_char(&mut self, code: u32, next: usize) {
        // The numbers of entities are read so by browsers.
        let c = u8::try_from(code).map_or(char::from_u32(code), |byte| Some(of_latin1(byte)));
        if let Some(c) = c {
            self.add(c.encode_utf8(&mut [0; 4]).as_bytes(), next);
        }
    }

    /// A byte of UTF-8, or of latin-1.
    fn add_byte(&mut self, byte: u8, next: usize) {
        self.add(&[byte], next);
        if !byte.is_ascii() {
            self.add_char(byte.into(), next);
        }
    }
}

impl<'t> Spelled<'t> {
    pub(super) fn new(text: &'t [u8]) -> Spelled<'t> {
        let mut spelled = Spelled { text, odd: Vec::new(), read: Vec::new() };
        // From the end: to read an escape is to read what follows.
        for at in (0..text.len()).rev().filter(|at| is_odd(text, *at)) {
            let (mut by_depth, mut pieces) = ([Pieces::default(); DEEPEST as usize], Pieces::default());
            pieces.add(&[text[at]], at + 1);
            for (depth, read) in (0..).zip(&mut by_depth) {
                for index in 0..pieces.len {
                    let opener = pieces.list[index];
                    spelled.unescape(depth, opener, &mut pieces);
                }
                *read = pieces;
            }
            if spelled.odd.is_empty() {
                spelled.odd.resize(text.len(), 0);
            }
            spelled.read.push(by_depth);
            spelled.odd[at] = spelled.read.len() as u32;
        }
        spelled
    }

    /// Whether anything but itself may be spelled at this place.
    pub(super) fn is_odd(&self, at: usize) -> bool {
        self.odd.get(at).is_some_and(|number| *number > 0)
    }

    /// What may be spelled at this place, in a text that was escaped at most so often.
    pub(super) fn pieces(&self, depth: u8, at: usize) -> Pieces {
        let number = self.odd.get(at).copied().unwrap_or_default() as usize;
        if let (Some(number), Some(depth)) = (number.checked_sub(1), depth.checked_sub(1)) {
            return self.read[number][usize::from(depth)];
        }
        let mut pieces = Pieces::default();
        if let Some(byte) = self.text.get(at) {
            pieces.add(&[*byte], at + 1);
        }
        pieces
    }

    /// Where the spelling of a secret ends that begins at this place; of several ends the last.
    pub(super) fn end_of(&self, secret: &[u8], depth: u8, at: usize) -> Option<usize> {
        let (mut open, mut seen) = (vec![(0, at)], HashSet::new());
        let mut last = None;
        while let Some((mut known, mut at)) = open.pop() {
            while known < secret.len()
                && at < self.text.len()
                && !self.is_odd(at)
                && self.text[at] == secret[known]
            {
                (known, at) = (known + 1, at + 1);
            }
            if known == secret.len() {
                last = last.max(Some(at));
                continue;
            }
            for piece in self.pieces(depth, at).as_slice() {
                let next = (known + piece.bytes().len(), piece.next());
                // Of many quotes each may be one or half a one: every place is looked at once.
                if secret[known..].starts_with(piece.bytes()) && seen.insert(next) {
                    open.push(next);
                }
            }
        }
        last
    }

    fn unescape(&self, depth: u8, opener: Piece, pieces: &mut Pieces) {
        let at = opener.next();
        match opener.bytes() {
            b"+" => pieces.add(b" ", at),
            b"%" => self.percent(depth, at, pieces),
            b"&" => self.entity(depth, at, pieces),
            b"\\" => self.backslash(depth, at, pieces),
            [quote @ (b'\'' | b'"')] => {
                if let Some((_, next)) = self.one(depth, at, |byte| byte == *quote) {
                    pieces.add(&[*quote], next);
                }
            }
            [lead @ 0xc2..=0xf4] => self.misread(depth, *lead, at, pieces),
            whole => {
                let c = std::str::from_utf8(whole).ok().and_then(|text| text.chars().next());
                if let Some(byte) = c.and_then(in_latin1) {
                    pieces.add(&[byte], at);
                }
            }
        }
    }

    /// `%E4`, `%C3%A4`, and `%u00e4` as JavaScript's `escape` has it.
    fn percent(&self, depth: u8, at: usize, pieces: &mut Pieces) {
        if let Some((byte, next)) = self.number(depth, at, 16, 2..=2) {
            pieces.add_byte(byte as u8, next);
        } else if let Some((_, at)) = self.one(depth, at, |byte| byte == b'u') {
            self.utf16(depth, at, b'%', pieces);
        }
    }

    /// `&auml;`, `&#228;`, `&#xe4;`.
    fn entity(&self, depth: u8, at: usize, pieces: &mut Pieces) {
        if let Some((_, at)) = self.one(depth, at, |byte| byte == b'#') {
            let code = match self.one(depth, at, |byte| byte == b'x' || byte == b'X') {
                Some((_, at)) => self.number(depth, at, 16, 1..=8),
                None => self.number(depth, at, 10, 1..=10),
            };
            if let Some((code, next)) = code {
                let end = self.one(depth, next, |byte| byte == b';').map_or(next, |(_, next)| next);
                pieces.add_char(code, end);
            }
            return;
        }
        let (mut name, mut at) = (Vec::new(), at);
        while let Some((byte, next)) =
            self.one(depth, at, |byte| byte.is_ascii_alphanumeric() || byte == b';')
        {
            at = next;
            if byte == b';' {
                let named = html_escape::NAMED_ENTITIES.binary_search_by(|(known, _)| (*known).cmp(&name));
                if let Ok(index) = named {
                    pieces.add(html_escape::NAMED_ENTITIES[index].1.as_bytes(), at);
                }
                return;
            }
            name.push(byte);
            if name.len() > LONGEST_NAME {
                return;
            }
        }
    }

    /// What follows a backslash in JSON, JavaScript, Python, C, and our own quotes.
    fn backslash(&self, depth: u8, at: usize, pieces: &mut Pieces) {
        let Some((byte, next)) = self.one(depth, at, |byte| byte.is_ascii_graphic()) else { return };
        let control = b"nrtbfva".iter().zip(b"\n\r\t\x08\x0c\x0b\x07").find(|(letter, _)| **letter == byte);
        match (byte, control) {
            (_, Some((_, control))) => pieces.add(&[*control], next),
            (b'u' | b'x', _) if self.braced(depth, next).is_some() => {
                if let Some((code, end)) = self.braced(depth, next) {
                    pieces.add_char(code, end);
                }
            }
            (b'u', _) => self.utf16(depth, next, b'\\', pieces),
            (b'U', _) => {
                if let Some((code, end)) = self.number(depth, next, 16, 8..=8) {
                    pieces.add_char(code, end);
                }
            }
            (b'x', _) => {
                if let Some((byte, end)) = self.number(depth, next, 16, 2..=2) {
                    pieces.add_byte(byte as u8, end);
                }
            }
            (b'0'..=b'7', _) => {
                let octal = self.number(depth, at, 8, 3..=3);
                if let Some((Ok(byte), end)) = octal.map(|(code, end)| (u8::try_from(code), end)) {
                    pieces.add_byte(byte, end);
                }
            }
            _ if byte.is_ascii_punctuation() => pieces.add(&[byte], next),
            _ => {}
        }
    }

    /// `{1f600}`.
    fn braced(&self, depth: u8, at: usize) -> Option<(u32, usize)> {
        let (_, at) = self.one(depth, at, |byte| byte == b'{')?;
        let (code, at) = self.number(depth, at, 16, 1..=6)?;
        let (_, end) = self.one(depth, at, |byte| byte == b'}')?;
        Some((code, end))
    }

    /// Four digits, or twice four of a pair, which begins anew with its escape.
    fn utf16(&self, depth: u8, at: usize, escape: u8, pieces: &mut Pieces) {
        let Some((unit, next)) = self.number(depth, at, 16, 4..=4) else { return };
        let low = |opener: &Piece| {
            let (_, at) = self.one(depth, opener.next(), |byte| byte == b'u')?;
            self.number(depth, at, 16, 4..=4).filter(|(low, _)| (0xdc00..0xe000).contains(low))
        };
        if !(0xd800..0xdc00).contains(&unit) {
            pieces.add_char(unit, next);
            return;
        }
        // Two backslashes may be one, or one and the beginning of what follows.
        let openers = self.pieces(depth, next);
        let mut openers = openers.as_slice().iter().filter(|piece| piece.bytes() == [escape]);
        if let Some((low, next)) = openers.find_map(low) {
            pieces.add_char(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), next);
        }
    }

    /// UTF-8 that was read as latin-1: each of its bytes has become a character.
    fn misread(&self, depth: u8, lead: u8, at: usize, pieces: &mut Pieces) {
        let more = match lead {
            ..0xe0 => 1,
            0xe0..0xf0 => 2,
            _ => 3,
        };
        let (mut bytes, mut at) = (vec![lead], at);
        for _ in 0..more {
            let Some((byte, next)) = self.one(depth, at, |byte| (0x80..0xc0).contains(&byte)) else { return };
            bytes.push(byte);
            at = next;
        }
        let c = std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next());
        if let Some(byte) = c.and_then(in_latin1) {
            pieces.add(&[byte], at);
        }
    }

    /// A number of so many digits, as many as there are.
    fn number(
        &self,
        depth: u8,
        mut at: usize,
        base: u32,
        digits: std::ops::RangeInclusive<usize>,
    ) -> Option<(u32, usize)> {
        let (mut number, mut count) = (0_u32, 0);
        while count < *digits.end() {
            let Some((byte, next)) = self.one(depth, at, |byte| char::from(byte).is_digit(base)) else {
                break;
            };
            number = number.checked_mul(base)?.checked_add(char::from(byte).to_digit(base)?)?;
            (count, at) = (count + 1, next);
        }
        (count >= *digits.start()).then_some((number, at))
    }

    /// A byte of the kind that is looked for; what was escaped goes before itself.
    fn one(&self, depth: u8, at: usize, wanted: impl Fn(u8) -> bool) -> Option<(u8, usize)> {
        let byte = *self.text.get(at)?;
        if depth == 0 || !self.is_odd(at) {
            return wanted(byte).then_some((byte, at + 1));
        }
        let pieces = self.pieces(depth, at);
        pieces.as_slice().iter().rev().find_map(|piece| match piece.bytes() {
            [byte] if wanted(*byte) => Some((*byte, piece.next())),
            _ => None,
        })
    }
}

fn is_odd(text: &[u8], at: usize) -> bool {
    match text[at] {
        b'%' | b'&' | b'\\' => text.get(at + 1).is_some_and(u8::is_ascii_graphic),
        b'+' => true,
        // Doubled, as in SQL and CSV, whichever way the second is spelled.
        quote @ (b'\'' | b'"') => {
            text.get(at + 1).is_some_and(|next| [quote, b'%', b'&', b'\\'].contains(next))
        }
        // Where characters begin that latin-1 has.
        0xc2 | 0xc3 | 0xc5 | 0xc6 | 0xcb | 0xe2 => true,
        _ => false,
    }
}

fn of_latin1(byte: u8) -> char {
    let beyond = byte.checked_sub(0x80).and_then(|index| WINDOWS_1252.get(usize::from(index)));
    beyond.copied().unwrap_or(char::from(byte))
}

/// The byte of a character that is not ASCII.
pub(super) fn in_latin1(c: char) -> Option<u8> {
    let beyond = WINDOWS_1252.iter().position(|known| *known == c);
    let byte = beyond.map(|index| 0x80 + index as u8).or_else(|| u8::try_from(u32::from(c)).ok());
    byte.filter(|byte| !byte.is_ascii())
}
