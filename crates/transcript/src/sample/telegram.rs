//! Telegram Desktop's `result.json` of one chat.

use std::io::Write as _;

use super::{EMOJI, Random, Sample, WORDS};

const AUTHORS: &[&str] =
    &["Alice", "Bob", "Chloé", "Dan", "Erin Football", "Farid", "Grace", "Hugo", "Ines", "Jörg"];

/// A chat of at least `size` bytes that ends with a whole message, about 375 bytes each: one in six of an account
/// deleted since (`"from": null`), one in 170 of the service, some with rich text, line breaks, replies, photographs.
pub fn telegram(size: usize, seed: u64) -> Sample {
    let mut chat =
        Chat { out: Vec::with_capacity(size + 4096), time: 1_451_635_889, random: Random::new(seed) };
    chat.put("{\n \"name\": \"Football, homework, weather\",\n \"type\": \"private_supergroup\",\n \"id\": 1005550100,\n");
    chat.put(" \"messages\": [");
    let mut messages = 0;
    while chat.out.len() < size {
        chat.put(if messages == 0 { "\n  " } else { ",\n  " });
        messages += 1;
        chat.message(messages);
    }
    chat.put("\n ]\n}");
    Sample { bytes: chat.out, messages }
}

struct Chat {
    out: Vec<u8>,
    /// Seconds since 1970.
    time: u64,
    random: Random,
}

impl Chat {
    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn message(&mut self, id: u64) {
        self.time += self.random.below(900);
        let sort = self.random.below(1000);
        let service = sort < 6;
        let _ = write!(
            self.out,
            "{{\n   \"id\": {id},\n   \"type\": \"{}\",\n",
            if service { "service" } else { "message" }
        );
        let time = self.time;
        let date = jiff::Timestamp::from_second(time.cast_signed()).unwrap_or_default();
        let date = date.strftime("%Y-%m-%dT%H:%M:%S");
        let _ = write!(self.out, "   \"date\": \"{date}\",\n   \"date_unixtime\": \"{time}\",\n");
        if (6..26).contains(&sort) {
            let _ = write!(self.out, "   \"edited\": \"{date}\",\n   \"edited_unixtime\": \"{time}\",\n");
        }
        let author = self.random.below(AUTHORS.len() as u64);
        let label = if service { "actor" } else { "from" };
        if self.random.below(6) == 0 {
            let _ = write!(self.out, "   \"{label}\": null,\n   \"{label}_id\": \"user5550199{author}\",\n");
        } else {
            let name = AUTHORS.get(usize::try_from(author).unwrap_or_default()).unwrap_or(&"Alice");
            let _ = write!(
                self.out,
                "   \"{label}\": \"{name}\",\n   \"{label}_id\": \"user5550100{author}\",\n"
            );
        }
        if service {
            self.put("   \"action\": \"pin_message\",\n   \"message_id\": 1,\n");
            return self.text(&[]);
        }
        if self.random.below(8) == 0 {
            let to = self.random.below(id);
            let _ = writeln!(self.out, "   \"reply_to_message_id\": {to},");
        }
        match sort {
            26..66 => {
                let _ = write!(
                    self.out,
                    "   \"photo\": \"photos/photo_{id}.jpg\",\n   \"photo_file_size\": 81234,\n   \"width\": 1280,\n   \
                     \"height\": 960,\n"
                );
                self.text(&[]);
            }
            66..96 => {
                let words = self.words(6);
                self.text(&[
                    ("plain", format!("{words} ")),
                    ("link", "https://example.org/weather".to_owned()),
                ]);
            }
            96..116 => {
                let (before, bold, after) = (self.words(5), self.words(2), self.words(3));
                self.text(&[("plain", format!("{before} ")), ("bold", bold), ("plain", format!(" {after}"))]);
            }
            _ => {
                let count = 2 + self.random.below(14);
                let mut words = self.words(count);
                match self.random.below(20) {
                    0 => words.push_str("\\nand \\\"then\\\""),
                    1..4 => words.push_str(self.random.of(EMOJI)),
                    _ => {}
                }
                self.text(&[("plain", words)]);
            }
        }
    }

    fn words(&mut self, count: u64) -> String {
        let mut words = String::new();
        for number in 0..count {
            if number > 0 {
                words.push(' ');
            }
            words.push_str(self.random.of(WORDS));
        }
        words
    }

    /// The text and its entities; what is given is escaped already.
    fn text(&mut self, parts: &[(&str, String)]) {
        match parts {
            [] => self.put("   \"text\": \"\",\n   \"text_entities\": []\n  }"),
            [("plain", text)] => {
                let _ = write!(
                    self.out,
                    "   \"text\": \"{text}\",\n   \"text_entities\": [\n    {{\n     \"type\": \"plain\",\n     \"text\": \
                     \"{text}\"\n    }}\n   ]\n  }}"
                );
            }
            _ => {
                self.put("   \"text\": [");
                for (number, (sort, text)) in parts.iter().enumerate() {
                    self.put(if number == 0 { "\n    " } else { ",\n    " });
                    match *sort {
                        "plain" => {
                            let _ = write!(self.out, "\"{text}\"");
                        }
                        _ => self.part(sort, text),
                    }
                }
                self.put("\n   ],\n   \"text_entities\": [");
                for (number, (sort, text)) in parts.iter().enumerate() {
                    self.put(if number == 0 { "\n    " } else { ",\n    " });
                    self.part(sort, text);
                }
                self.put("\n   ]\n  }");
            }
        }
    }

    fn part(&mut self, sort: &str, text: &str) {
        let _ = write!(self.out, "{{\n     \"type\": \"{sort}\",\n     \"text\": \"{text}\"\n    }}");
    }
}
