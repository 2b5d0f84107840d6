//! Accounts: a name, which may be null, and an identifier, which is a number in old exports.

use crate::json::Value;
use crate::{Output, Participant, ParticipantId};

const PLACES: usize = 256;

/// Accounts met before, found again by the bytes of their name and identifier.
#[derive(Debug, Default)]
pub(super) struct People {
    /// The number of the account that made the export.
    pub(super) owner: Option<String>,
    met: Vec<Met>,
}

#[derive(Clone, Debug, Default)]
struct Met {
    name: Vec<u8>,
    id: Vec<u8>,
    number: Option<ParticipantId>,
}

impl People {
    /// The number of an account; nobody if it has neither name nor identifier.
    pub(super) fn number(
        &mut self,
        name: Option<Value<'_>>,
        id: Option<Value<'_>>,
        out: &mut Output<'_>,
    ) -> Option<ParticipantId> {
        if name.is_none() && id.is_none() {
            return None;
        }
        let raw = |value: Option<Value<'_>>| value.map_or(&[][..], |value| value.raw()).to_owned();
        let (name_raw, id_raw) =
            (name.as_ref().map_or(&[][..], Value::raw), id.as_ref().map_or(&[][..], Value::raw));
        let key = if id_raw.is_empty() { name_raw } else { id_raw };
        if self.met.is_empty() {
            self.met.resize(PLACES, Met::default());
        }
        // Identifiers differ in their last digits; the same one comes with a name and, once deleted, without.
        let digits = key.iter().rev().skip(1).take(4).fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        let mixed = (digits ^ (u32::from(name_raw == b"null") << 31)).wrapping_mul(0x9e37_79b1) >> 24;
        let met = self.met.get_mut(mixed as usize)?;
        if met.name == name_raw && met.id == id_raw && met.number.is_some() {
            return met.number;
        }
        let said =
            |value: Option<Value<'_>>| value.filter(|value| !value.is_null()).map(|value| value.plain());
        let (display_name, platform_id) = (said(name), said(id));
        if display_name.is_none() && platform_id.is_none() {
            return None;
        }
        let number = platform_id.as_deref().map(|id| id.strip_prefix("user").unwrap_or(id));
        let exporter = number.is_some() && number == self.owner.as_deref();
        let person = Participant { display_name, platform_id, handle: None, exporter };
        let number = Some(out.directory.intern_participant(person));
        *met = Met { name: raw(name), id: raw(id), number };
        number
    }
}
