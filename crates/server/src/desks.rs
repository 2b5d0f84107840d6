//! The instance's desks as the public sees them, remembered for a few seconds.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use protocol::public::DeskPublic;
use store::Store;

use crate::error::{Error, Result};

/// How long a desk that was just made on the command line may go unnoticed.
const FRESH: Duration = Duration::from_secs(2);

/// Spares every submission a query for something that changes a few times in its life.
#[derive(Debug)]
pub struct Desks {
    store: Store,
    max_file_bytes: u64,
    known: RwLock<Option<(Instant, Arc<[DeskPublic]>)>>,
}

impl Desks {
    /// The desks of `store`, whose files may have `max_file_bytes` where they take any.
    pub fn new(store: Store, max_file_bytes: u64) -> Self {
        Self { store, max_file_bytes, known: RwLock::default() }
    }

    /// All desks, in the order in which they are offered.
    ///
    /// # Errors
    ///
    /// When the storage does not answer.
    pub async fn all(&self) -> Result<Arc<[DeskPublic]>> {
        if let Some(desks) = self.recent() {
            return Ok(desks);
        }
        let desks: Arc<[DeskPublic]> = self.read().await?.into();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some((Instant::now(), Arc::clone(&desks)));
        Ok(desks)
    }

    /// The desk with this short name.
    ///
    /// # Errors
    ///
    /// [`protocol::ErrorCode::NotFound`] when there is none.
    pub async fn find(&self, slug: &str) -> Result<DeskPublic> {
        let desks = self.all().await?;
        desks.iter().find(|desk| desk.slug == slug).cloned().ok_or_else(Error::not_found)
    }

    async fn read(&self) -> Result<Vec<DeskPublic>> {
        let desks = self.store.desks().list().await?;
        Ok(desks.into_iter().map(|desk| self.published(desk)).collect())
    }

    fn published(&self, desk: store::desks::Desk) -> DeskPublic {
        let store::desks::Desk { slug, name, kind, identity, created_at: _ } = desk;
        let accepts_files = kind.may_receive_files();
        let max_file_bytes = if accepts_files { self.max_file_bytes } else { 0 };
        DeskPublic { slug, name, kind, identity, accepts_files, max_file_bytes }
    }

    fn recent(&self) -> Option<Arc<[DeskPublic]>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(at, _)| at.elapsed() < FRESH).map(|(_, desks)| Arc::clone(desks))
    }
}
