//! The world made ready for answering: every account's days and posts worked out once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use super::world::ledger::Ledger;
use super::world::web::WebLedger;
use super::world::{Post, World};
use crate::model::Platform;

/// A world with everything worked out, and the count of calls.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) world: World,
    ledgers: Vec<Ledger>,
    by_account: HashMap<String, usize>,
    objects: HashMap<String, (usize, usize)>,
    sites: Vec<WebLedger>,
    calls: Mutex<BTreeMap<Platform, u64>>,
}

impl Model {
    pub(crate) fn new(world: World) -> Self {
        let ledgers: Vec<Ledger> = world.accounts.iter().map(|account| Ledger::new(&world, account)).collect();
        let by_account = ledgers.iter().enumerate().map(|(index, ledger)| (ledger.account.id.clone(), index)).collect();
        let objects = ledgers
            .iter()
            .enumerate()
            .flat_map(|(ledger, of)| {
                of.posts.iter().enumerate().flat_map(move |(post, value)| {
                    // A video has a number of its own besides that of its post.
                    let video = value.id.split_once('_').map(|(_, video)| video.to_owned());
                    [Some(value.id.clone()), video].into_iter().flatten().map(move |id| (id, (ledger, post)))
                })
            })
            .collect();
        let sites = world.sites.iter().map(|site| WebLedger::new(&world, site)).collect();
        Self { world, ledgers, by_account, objects, sites, calls: Mutex::default() }
    }

    /// The account of the platform's id.
    pub(crate) fn account_of(&self, id: &str) -> Option<&Ledger> {
        self.by_account.get(id).map(|index| &self.ledgers[*index])
    }

    /// The followers of the account now.
    pub(crate) fn followers(&self, id: &str) -> i64 {
        self.account_of(id).map_or(0, Ledger::followers)
    }

    /// The post of the platform's id, with its account.
    pub(crate) fn object(&self, id: &str) -> Option<(&Ledger, &Post)> {
        let (ledger, post) = *self.objects.get(id)?;
        let ledger = &self.ledgers[ledger];
        Some((ledger, &ledger.posts[post]))
    }

    /// The website of Matomo's number.
    pub(crate) fn site(&self, id: &str) -> Option<&WebLedger> {
        self.sites.iter().find(|site| site.site.id == id)
    }

    /// Every website.
    pub(crate) fn sites(&self) -> &[WebLedger] {
        &self.sites
    }

    /// Notes that a platform was asked.
    pub(crate) fn count(&self, platform: Platform) {
        if let Ok(mut calls) = self.calls.lock() {
            *calls.entry(platform).or_default() += 1;
        }
    }

    /// How often a platform was asked.
    pub(crate) fn calls(&self, platform: Platform) -> u64 {
        self.calls.lock().ok().and_then(|calls| calls.get(&platform).copied()).unwrap_or(0)
    }

    /// How often every platform was asked.
    pub(crate) fn all_calls(&self) -> BTreeMap<Platform, u64> {
        self.calls.lock().map(|calls| calls.clone()).unwrap_or_default()
    }
}
