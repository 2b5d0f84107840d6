//! Media in quarantine: what a member may ask for, what they may answer, and where each request stands.

use protocol::quarantine::{HeldItem, Hold, Release, ReleaseState};
use protocol::{MemberId, Role};
use seal::ItemId;

use crate::open::FileRow;

/// The longest reason, in characters. The server takes reasons of up to 16 KiB.
pub const MAX_REASON: usize = 2000;

/// Whether the member can fetch a file's bytes now.
pub fn opens(file: &FileRow) -> bool {
    match file.held {
        None => true,
        Some(HeldItem { hold, .. }) => hold == Hold::Released,
    }
}

/// The files that this member can ask for: in quarantine, not locked, and not in a request of theirs that waits.
pub fn askable<'f>(files: &'f [FileRow], releases: &[Release], me: MemberId) -> Vec<&'f FileRow> {
    let asked = |item: ItemId| {
        let mine = |release: &&Release| release.asked_by == me && release.state == ReleaseState::Waiting;
        releases.iter().filter(mine).any(|release| release.items.contains(&item))
    };
    files
        .iter()
        .filter(|file| file.held.is_some_and(|held| held.hold == Hold::Quarantined))
        .filter(|file| !asked(file.item.signed.header.item))
        .collect()
}

/// What a member may do with a request that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Approve it, or refuse it: somebody else asks.
    Decide,
    /// Take it back: they ask themselves, and nobody lets themselves in.
    TakeBack,
}

/// What this member may do with this request; nothing where it does not wait, or is not theirs to answer.
pub fn answer(release: &Release, me: MemberId, role: Role) -> Option<Answer> {
    if release.state != ReleaseState::Waiting {
        None
    } else if release.asked_by == me {
        Some(Answer::TakeBack)
    } else {
        role.answers_releases().then_some(Answer::Decide)
    }
}

/// Where a request stands, in a word or two.
pub fn state_words(state: ReleaseState) -> &'static str {
    match state {
        ReleaseState::Waiting => "Waiting for a second person",
        ReleaseState::Stale => "Nobody answered in time",
        ReleaseState::Approved => "Approved",
        ReleaseState::Refused => "Refused",
        ReleaseState::Expired => "Time is over",
        ReleaseState::Ended => "Ended: a member may no longer",
    }
}

/// What it takes to get a file, in a few words.
pub fn hold_words(hold: Hold) -> &'static str {
    match hold {
        Hold::Quarantined => "In quarantine",
        Hold::Released => "Released to you",
        Hold::Locked => "Locked: a hash list knows it",
    }
}

/// So many files, in words.
pub fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

#[cfg(test)]
mod tests {
    use protocol::quarantine::{HeldItem, Hold, Release, ReleaseState};
    use protocol::{MemberId, Role};
    use seal::rand_core::UnwrapErr;
    use seal::{ItemId, ReportId};

    use super::{Answer, answer, askable, opens};
    use crate::fixtures::World;
    use crate::open::FileRow;

    const ME: MemberId = MemberId::from_bytes([1; 16]);
    const OTHER: MemberId = MemberId::from_bytes([2; 16]);

    fn rows(holds: &[Option<Hold>]) -> Vec<FileRow> {
        let mut rng = UnwrapErr(getrandom::SysRng);
        let world = World::new(&mut rng);
        let row = |(place, hold): (usize, &Option<Hold>)| {
            let (item, entry) = world.file("pitch.png", b"x", &mut UnwrapErr(getrandom::SysRng));
            let held = hold.map(|hold| HeldItem { item: item.signed.header.item, hold, until: None });
            FileRow { place: place + 1, item, listed: Some(entry), held }
        };
        holds.iter().enumerate().map(row).collect()
    }

    fn release(items: Vec<ItemId>, asked_by: MemberId, state: ReleaseState) -> Release {
        Release {
            release: ItemId::from_bytes([9; 16]),
            report: ReportId::from_bytes([8; 16]),
            items,
            state,
            asked_by,
            asked_at: 0,
            stale_at: 86_400,
            answered_by: None,
            answered_at: None,
            expires_at: None,
        }
    }

    #[test]
    fn only_what_is_released_or_was_never_held_opens() {
        let rows = rows(&[None, Some(Hold::Quarantined), Some(Hold::Released), Some(Hold::Locked)]);
        let open: Vec<bool> = rows.iter().map(opens).collect();
        assert_eq!(open, [true, false, true, false]);
    }

    #[test]
    fn what_waits_for_oneself_is_not_asked_for_again() {
        let rows = rows(&[Some(Hold::Quarantined), Some(Hold::Quarantined), Some(Hold::Locked), None]);
        let first = rows[0].item.signed.header.item;
        let places = |releases: &[Release]| -> Vec<usize> {
            askable(&rows, releases, ME).iter().map(|row| row.place).collect()
        };
        assert_eq!(places(&[]), [1, 2]);
        assert_eq!(places(&[release(vec![first], ME, ReleaseState::Waiting)]), [2]);
        assert_eq!(places(&[release(vec![first], OTHER, ReleaseState::Waiting)]), [1, 2]);
        assert_eq!(places(&[release(vec![first], ME, ReleaseState::Refused)]), [1, 2]);
    }

    #[test]
    fn nobody_answers_their_own_request() {
        let waiting = |by| release(Vec::new(), by, ReleaseState::Waiting);
        assert_eq!(answer(&waiting(ME), ME, Role::Supervisor), Some(Answer::TakeBack));
        assert_eq!(answer(&waiting(OTHER), ME, Role::Supervisor), Some(Answer::Decide));
        assert_eq!(answer(&waiting(OTHER), ME, Role::Investigator), Some(Answer::Decide));
        assert_eq!(answer(&waiting(OTHER), ME, Role::Intake), None);
        assert_eq!(answer(&waiting(OTHER), ME, Role::Disclosure), None);
        assert_eq!(answer(&release(Vec::new(), OTHER, ReleaseState::Stale), ME, Role::Supervisor), None);
    }
}
