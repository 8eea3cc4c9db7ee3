//! What is done with an answer: each row once, pages that end, what is missing written down, everything stamped.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::Collected;
use super::marks::{has_its_place, mark, missing};
use super::run::Run;
use crate::connectors::{PostReading, Reply, Request, TokenFacts};
use crate::model::{Gravity, Observation, OrganisationId, Post, PostId, Reading, State, Window, told};
use crate::words::problems::problem;

/// A list: what is asked, and where.
pub(super) type PageKey = (String, String);

/// What makes two readings the same.
pub(super) type ReadingKey = (Option<PostId>, String, Option<String>, Window, NaiveDate, NaiveDate);

/// How far a list has been read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PageState {
    read: u32,
    /// How many pages in a row brought nothing new.
    idle: u32,
}

/// How many pages in a row may bring nothing new: short and empty pages with a next one do happen.
const IDLE_PAGES: u32 = 5;

/// The posts of a run, each once.
#[derive(Debug, Default)]
pub(super) struct PostKeys {
    ids: HashSet<PostId>,
    readings: Vec<PostReading>,
}

impl Run<'_> {
    /// Takes an answer in.
    pub(super) fn take(&mut self, request: &Request, reply: Reply) {
        let absent: Vec<String> = missing(request, &reply.readings).into_iter().map(str::to_owned).collect();
        let rows = reply.readings.len() + reply.posts.len();
        let mut fresh = self.keep(reply.readings);
        for post in reply.posts {
            if self.posts.ids.insert(post.id.clone()) {
                self.posts.readings.push(post);
                fresh += 1;
            }
        }
        for metric in absent {
            if has_its_place(request) {
                self.keep(vec![mark(self.task, request, &metric, State::Absent)]);
            } else {
                self.absent.insert(metric);
            }
        }
        if let Some(facts) = reply.token {
            merge(self.out.token.get_or_insert_with(TokenFacts::default), facts);
        }
        for notice in reply.notices {
            self.tell(Gravity::Notice, notice, None);
        }
        for gap in reply.gaps {
            self.out.complete = false;
            self.tell(Gravity::Warning, gap, None);
        }
        self.report_hosts(&reply.hosts);
        let (pages, others): (Vec<_>, Vec<_>) = reply
            .next
            .into_iter()
            .partition(|next| next.ask == request.ask && next.path == request.path && next.items.is_empty());
        self.enqueue(others);
        if !pages.is_empty() {
            self.follow(request, pages, rows, fresh);
        }
    }

    /// Follows a list to its next page, unless it goes round in circles.
    fn follow(&mut self, request: &Request, pages: Vec<Request>, rows: usize, fresh: usize) {
        let limit = self.client.limits.pages;
        let state = self.pages.entry((request.ask.clone(), request.path.clone())).or_default();
        state.read += 1;
        state.idle = if fresh > 0 { 0 } else { state.idle + 1 };
        let (read, idle) = (state.read, state.idle);
        // Rows that are all known mean a loop at once; empty pages may be followed for a while.
        let what = if rows > 0 && fresh == 0 {
            told::list_repeats
        } else if idle > IDLE_PAGES {
            told::list_idle
        } else if read >= limit {
            told::list_long
        } else if self.enqueue(pages) == 0 {
            told::list_circle
        } else {
            return;
        };
        self.out.complete = false;
        self.tell(Gravity::Warning, what(&request.ask, read), None);
    }

    fn report_hosts(&mut self, hosts: &[String]) {
        let own = self.client.address.base.host_str().unwrap_or_default().to_owned();
        for host in hosts {
            if *host != own && !self.connector.hosts().contains(&host.as_str()) {
                self.tell(Gravity::Warning, told::foreign_host(host), None);
            }
        }
    }

    /// Keeps readings that are new in this run; gives back how many.
    pub(super) fn keep(&mut self, readings: Vec<Reading>) -> usize {
        let before = self.readings.len();
        for reading in readings {
            let key = (
                reading.post.clone(),
                reading.metric.clone(),
                reading.dimension.clone(),
                reading.window,
                reading.start,
                reading.end,
            );
            if self.known.insert(key) {
                self.readings.push(reading);
            }
        }
        self.readings.len() - before
    }

    /// Stamps everything.
    pub(super) fn finish(mut self, run: &str, organisation: &OrganisationId) -> Collected {
        self.tell_what_is_gone();
        let channel = &self.task.channel;
        let version = self.served.as_deref().unwrap_or(&self.client.address.version);
        let source = format!("api:{version}");
        let observe = |reading| Observation {
            organisation: organisation.clone(),
            platform: channel.platform,
            channel: channel.id.clone(),
            account: channel.account.clone(),
            reading,
            zone: channel.zone.name().to_owned(),
            seen: self.task.now,
            source: source.clone(),
            run: run.to_owned(),
        };
        let publish = |post: PostReading| Post {
            organisation: organisation.clone(),
            platform: channel.platform,
            channel: channel.id.clone(),
            id: post.id,
            published: post.published,
            format: post.format,
            text: post.text,
            permalink: post.permalink,
            link: post.link,
            seen: self.task.now,
            source: source.clone(),
        };
        let observations = self.readings.into_iter().map(observe).collect();
        let posts = self.posts.readings.into_iter().map(publish).collect();
        Collected { observations, posts, source, ..self.out }
    }

    fn tell_what_is_gone(&mut self) {
        if !self.gone.is_empty() {
            self.tell(Gravity::Notice, told::posts_gone(self.gone.len()), None);
        }
        if !self.absent.is_empty() {
            // Our own names, however many: nothing to redact, and nothing to cut.
            let channel = self.task.channel.id.as_str();
            let names = self.absent.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            self.out.problems.push(problem(channel, Gravity::Notice, told::absent(names), None));
        }
    }
}

/// Later facts fill what earlier ones left open; a token once found dead stays dead.
fn merge(known: &mut TokenFacts, facts: TokenFacts) {
    known.valid = if known.valid == Some(false) { known.valid } else { facts.valid.or(known.valid) };
    known.expires = facts.expires.or(known.expires);
    known.never_expires |= facts.never_expires;
    known.data_access_expires = facts.data_access_expires.or(known.data_access_expires);
    if known.scopes.is_empty() {
        known.scopes = facts.scopes;
    }
}
