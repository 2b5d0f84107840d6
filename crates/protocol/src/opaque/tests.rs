use std::convert::Infallible;

use seal::rand_core::{TryCryptoRng, TryRng};

use super::{ClientLogin, ClientRegistration, OpaqueError, PendingLogin, Record, ServerKeys};
use crate::Bytes;

/// A generator that gives the same bytes for the same start: SHA-256 over a counter.
struct Repeatable(u64);

impl Repeatable {
    fn new(start: u64) -> Self {
        Self(start << 32)
    }
}

impl TryRng for Repeatable {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        for chunk in into.chunks_mut(32) {
            self.0 += 1;
            chunk.copy_from_slice(&seal::Digest::of(self.0.to_le_bytes()).as_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Repeatable {}

const LOGIN: &str = "a.okafor";
const PASSPHRASE: &str = "four geese cross the yard";

fn registered(keys: &ServerKeys, rng: &mut Repeatable) -> (Record, Vec<u8>) {
    let (client, request) = ClientRegistration::start(PASSPHRASE, rng).unwrap();
    let answer = keys.answer_registration(&request, LOGIN).unwrap();
    let done = client.finish(&answer, rng).unwrap();
    (Record::from_upload(&done.upload).unwrap(), done.export_key.expose().to_vec())
}

#[test]
fn the_right_passphrase_signs_in_and_yields_the_same_export_key() {
    let mut rng = Repeatable::new(1);
    let keys = ServerKeys::from_seed(&[7; 32]).unwrap();
    let (record, export_key) = registered(&keys, &mut rng);

    let (client, request) = ClientLogin::start(PASSPHRASE, &mut rng).unwrap();
    let answer = keys.answer_login(&request, LOGIN, Some(&record), &mut rng).unwrap();
    let done = client.finish(&answer.response, &mut rng).unwrap();

    assert_eq!(done.export_key.expose(), export_key);
    assert_eq!(answer.pending.finish(&done.finalization), Ok(()));
}

#[test]
fn a_wrong_passphrase_and_an_unknown_name_look_the_same() {
    let mut rng = Repeatable::new(2);
    let keys = ServerKeys::from_seed(&[7; 32]).unwrap();
    let (record, _) = registered(&keys, &mut rng);

    let (wrong, request) = ClientLogin::start("five geese cross the yard", &mut rng).unwrap();
    let known = keys.answer_login(&request, LOGIN, Some(&record), &mut rng).unwrap();
    let (stranger, request) = ClientLogin::start(PASSPHRASE, &mut rng).unwrap();
    let unknown = keys.answer_login(&request, "nobody", None, &mut rng).unwrap();

    assert_eq!(known.response.len(), unknown.response.len());
    assert_eq!(wrong.finish(&known.response, &mut rng).unwrap_err(), OpaqueError::WrongCredentials);
    assert_eq!(stranger.finish(&unknown.response, &mut rng).unwrap_err(), OpaqueError::WrongCredentials);
}

#[test]
fn a_proof_fits_only_the_answer_it_was_made_for() {
    let mut rng = Repeatable::new(3);
    let keys = ServerKeys::from_seed(&[7; 32]).unwrap();
    let (record, _) = registered(&keys, &mut rng);

    let (client, request) = ClientLogin::start(PASSPHRASE, &mut rng).unwrap();
    let first = keys.answer_login(&request, LOGIN, Some(&record), &mut rng).unwrap();
    let second = keys.answer_login(&request, LOGIN, Some(&record), &mut rng).unwrap();
    let done = client.finish(&first.response, &mut rng).unwrap();

    assert_eq!(second.pending.finish(&done.finalization), Err(OpaqueError::WrongCredentials));
}

#[test]
fn record_and_state_survive_being_stored() {
    let mut rng = Repeatable::new(4);
    let keys = ServerKeys::from_seed(&[7; 32]).unwrap();
    let (record, _) = registered(&keys, &mut rng);
    let keys = ServerKeys::from_seed(&[7; 32]).unwrap();
    let record = Record::from_bytes(&record.to_bytes()).unwrap();

    let (client, request) = ClientLogin::start(PASSPHRASE, &mut rng).unwrap();
    let answer = keys.answer_login(&request, LOGIN, Some(&record), &mut rng).unwrap();
    let pending = PendingLogin::from_bytes(answer.pending.as_bytes().to_vec());
    let done = client.finish(&answer.response, &mut rng).unwrap();

    assert_eq!(pending.finish(&done.finalization), Ok(()));
}

#[test]
fn malformed_messages_are_named_errors() {
    let mut rng = Repeatable::new(5);
    let keys = ServerKeys::from_seed(&[7; 32]).unwrap();
    for bytes in [vec![], vec![0; 3], vec![0xff; 32], vec![0; 4096]] {
        let message = Bytes(bytes);
        assert_eq!(keys.answer_registration(&message, LOGIN).unwrap_err(), OpaqueError::Malformed);
        assert_eq!(keys.answer_login(&message, LOGIN, None, &mut rng).unwrap_err(), OpaqueError::Malformed);
        assert_eq!(Record::from_upload(&message).unwrap_err(), OpaqueError::Malformed);
        let pending = PendingLogin::from_bytes(vec![0; 7]);
        assert_eq!(pending.finish(&message).unwrap_err(), OpaqueError::Malformed);
    }
    let (client, request) = ClientLogin::start(PASSPHRASE, &mut rng).unwrap();
    assert_eq!(client.finish(&request, &mut rng).unwrap_err(), OpaqueError::Malformed);
}

#[test]
fn nothing_secret_is_printed() {
    let mut rng = Repeatable::new(6);
    let keys = ServerKeys::from_seed(&[7; 32]).unwrap();
    let (client, request) = ClientRegistration::start(PASSPHRASE, &mut rng).unwrap();
    let printed_client = format!("{client:?}");
    let answer = keys.answer_registration(&request, LOGIN).unwrap();
    let done = client.finish(&answer, &mut rng).unwrap();
    assert_eq!(printed_client, "ClientRegistration(…)");
    assert_eq!(format!("{keys:?} {:?}", done.export_key), "ServerKeys(…) ExportKey(…)");
}
