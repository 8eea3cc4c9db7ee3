//! What a file says becomes observations and posts of a channel.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::Imported;
use crate::model::{Channel, Observation, OrganisationId, Post};

/// What every row of one import has in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamp<'a> {
    /// Whose store.
    pub organisation: &'a OrganisationId,
    /// The channel that the file belongs to.
    pub channel: &'a Channel,
    /// The time of the import.
    pub seen: DateTime<Utc>,
    /// The hash of the file, see [`hash`].
    pub hash: &'a str,
    /// The run.
    pub run: &'a str,
}

/// The hash that names a file: the same file gives the same source.
pub fn hash(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..8])
}

/// The name of the source: the hash, and when the file was made, by which files are put in order.
fn source(imported: &Imported, stamp: &Stamp<'_>) -> String {
    format!("import:{}@{}", stamp.hash, imported.made.format("%Y-%m-%dT%H:%M:%SZ"))
}

/// The observations: source `import:<hash>@<when the file was made>`, days in the zone of the channel. None while the file has needs.
pub fn observations(imported: &Imported, stamp: &Stamp<'_>) -> Vec<Observation> {
    if !imported.needs.is_empty() {
        return Vec::new();
    }
    let observation = |reading: &crate::model::Reading| Observation {
        organisation: stamp.organisation.clone(),
        platform: imported.platform,
        channel: stamp.channel.id.clone(),
        account: stamp.channel.account.clone(),
        reading: reading.clone(),
        zone: stamp.channel.zone.to_string(),
        seen: stamp.seen,
        source: source(imported, stamp),
        run: stamp.run.to_owned(),
    };
    imported.readings.iter().map(observation).collect()
}

/// The posts, likewise.
pub fn posts(imported: &Imported, stamp: &Stamp<'_>) -> Vec<Post> {
    if !imported.needs.is_empty() {
        return Vec::new();
    }
    let post = |post: &super::ImportedPost| Post {
        organisation: stamp.organisation.clone(),
        platform: imported.platform,
        channel: stamp.channel.id.clone(),
        id: post.id.clone(),
        published: post.published,
        format: post.format,
        text: post.text.clone(),
        permalink: post.permalink.clone(),
        link: None,
        seen: stamp.seen,
        source: source(imported, stamp),
    };
    imported.posts.iter().map(post).collect()
}
