//! WhatsApp's exported chat.

use std::io::Write as _;

use super::{EMOJI, Random, Sample, WORDS};

/// How the phone writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhatsappStyle {
    /// Android, British: `05/01/2023, 21:04 - `.
    Android,
    /// Android, American, 12 hours, a narrow space before the half of the day.
    AndroidUs,
    /// iOS, British: `[05/01/2023, 21:04:33] `, CR LF, marks before what the service writes.
    Ios,
}

const AUTHORS: &[&str] = &[
    "Alice",
    "Bob",
    "Chloé Martin",
    "Dan",
    "Erin Football",
    "Farid",
    "Grace",
    "Hugo",
    "Ines",
    "Jörg",
    "\u{202a}+44 7700 900123\u{202c}",
    "~\u{202f}Sam",
];

/// A chat of at least `size` bytes that ends with a whole message.
pub fn whatsapp(style: WhatsappStyle, size: usize, seed: u64) -> Sample {
    let mut random = Random::new(seed);
    let mut chat = Chat { style, out: Vec::with_capacity(size + 1024), minute: 0, random: random.clone() };
    random.any();
    let mut messages = 0;
    while chat.out.len() < size {
        chat.message();
        messages += 1;
    }
    Sample { bytes: chat.out, messages }
}

struct Chat {
    style: WhatsappStyle,
    out: Vec<u8>,
    /// Minutes since the beginning of 2016.
    minute: u64,
    random: Random,
}

impl Chat {
    fn message(&mut self) {
        self.minute += self.random.below(6);
        self.header();
        let kind = self.random.below(1000);
        if kind < 4 && self.style != WhatsappStyle::Ios {
            return self.service();
        }
        let author = self.random.of(AUTHORS);
        self.put(author);
        self.put(": ");
        match kind {
            0..4 => {
                self.put("\u{200e}");
                return self.service();
            }
            4..40 => self.put(if self.style == WhatsappStyle::Ios {
                "\u{200e}image omitted"
            } else {
                "<Media omitted>"
            }),
            40..46 => self.put("IMG-20230105-WA0001.jpg (file attached)"),
            46..50 => self.put("This message was deleted"),
            50..110 => {
                for _ in 0..=self.random.below(3) {
                    self.words(8);
                    self.put("\n");
                }
                self.words(5);
            }
            110..130 => {
                self.words(4);
                self.put(" https://example.org/weather?day=");
                let day = self.random.below(300);
                self.number(day, 1);
            }
            130..270 => {
                self.words(6);
                self.put(" ");
                let emoji = self.random.of(EMOJI);
                self.put(emoji);
            }
            270..280 => {
                self.words(3);
                self.put(" <This message was edited>");
            }
            _ => self.words(13),
        }
        self.end();
    }

    fn service(&mut self) {
        let author = self.random.of(AUTHORS);
        self.put(author);
        match self.random.below(3) {
            0 => self.put(" left"),
            1 => self.put(" changed the subject from \"Match: Sunday\" to \"Match: Saturday\""),
            _ => self.put(" added Coach Kim"),
        }
        self.end();
    }

    fn words(&mut self, most: u64) {
        let count = 1 + self.random.below(most);
        for number in 0..count {
            if number > 0 {
                self.put(" ");
            }
            let word = self.random.of(WORDS);
            self.put(word);
        }
    }

    fn header(&mut self) {
        let (day, clock) = (self.minute / 1440, self.minute % 1440);
        let (hour, minute) = (clock / 60, clock % 60);
        // Years of twelve months of 28 days: dates that exist are enough.
        let (year, month, day) = (2016 + day / 336, 1 + day / 28 % 12, 1 + day % 28);
        match self.style {
            WhatsappStyle::Android => {
                self.date(&[(day, 2), (month, 2), (year, 4)]);
                self.time(hour, minute);
                self.put(" - ");
            }
            WhatsappStyle::AndroidUs => {
                self.date(&[(month, 1), (day, 1), (year % 100, 2)]);
                self.number(if hour % 12 == 0 { 12 } else { hour % 12 }, 1);
                self.put(":");
                self.number(minute, 2);
                self.put(if hour < 12 { "\u{202f}AM - " } else { "\u{202f}PM - " });
            }
            WhatsappStyle::Ios => {
                self.put("[");
                self.date(&[(day, 2), (month, 2), (year, 4)]);
                self.time(hour, minute);
                self.put(":");
                self.number(0, 2);
                self.put("] ");
            }
        }
    }

    fn date(&mut self, numbers: &[(u64, usize)]) {
        for (place, &(number, width)) in numbers.iter().enumerate() {
            self.put(if place > 0 { "/" } else { "" });
            self.number(number, width);
        }
        self.put(", ");
    }

    fn time(&mut self, hour: u64, minute: u64) {
        self.number(hour, 2);
        self.put(":");
        self.number(minute, 2);
    }

    fn end(&mut self) {
        self.put(if self.style == WhatsappStyle::Ios { "\r\n" } else { "\n" });
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, number: u64, width: usize) {
        // Writing to memory does not fail.
        let _ = write!(self.out, "{number:0width$}");
    }
}
