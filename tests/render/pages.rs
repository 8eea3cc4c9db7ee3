//! The web page and the mail: complete, readable without pictures, and nothing foreign in them.

use genomslag::render::page::{MailExtras, html, mail};
use genomslag::report::Report;

use super::{charts_of, keep, look, sample, samples};

/// What a browser would fetch from elsewhere.
fn foreign(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["src=\"", "src='", "url(", "@import", "<script", "<iframe", "srcset=", "<link "] {
        for (at, _) in page.match_indices(name) {
            let rest: String = page[at + name.len()..].chars().take(60).collect();
            if !rest.starts_with("cid:") && !rest.starts_with("data:") {
                found.push(format!("{name}{rest}"));
            }
        }
    }
    found
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#x27;")
}

/// The levels of the headings, in order.
fn levels(page: &str) -> Vec<u32> {
    page.match_indices("<h")
        .filter_map(|(at, _)| {
            let rest = &page[at + 2..];
            rest.chars().next()?.to_digit(10).filter(|_| rest[1..].starts_with([' ', '>']))
        })
        .collect()
}

#[test]
fn the_page_is_complete_and_fetches_nothing() {
    for (name, report) in samples() {
        let page = html(&report, &look()).unwrap();
        keep(&format!("{name}.html"), page.as_bytes());
        assert!(page.contains("<html lang=\"sv\">"));
        assert_eq!(foreign(&page), Vec::<String>::new(), "{name}");
        for line in &report.goals {
            assert!(page.contains(&escaped(&line.title)) && page.contains(&line.word), "{name}: {}", line.title);
        }
        for chart in charts_of(&report) {
            assert!(page.contains(&format!("<desc id=\"chart-{}-gist\">", chart.id)), "{}", chart.id);
            assert!(page.contains(&format!("aria-labelledby=\"chart-{0}-name chart-{0}-gist\"", chart.id)));
        }
        assert_eq!(page.matches("<svg").count(), page.matches("role=\"img\"").count());
        // An id twice would make a label point to the wrong thing.
        let mut ids: Vec<&str> =
            page.match_indices(" id=\"").map(|(at, _)| page[at + 5..].split('"').next().unwrap()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}");
    }
}

#[test]
fn headings_begin_at_one_and_skip_no_level() {
    for (name, report) in samples() {
        let page = html(&report, &look()).unwrap();
        let levels = levels(&page);
        assert_eq!(levels[0], 1, "{name}");
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{name}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{name}: {levels:?}");
    }
}

#[test]
fn text_of_posts_stays_text() {
    let mut report = sample("weekly");
    "<script>alert('x')</script> & \"citat\"".clone_into(&mut report.headline);
    "<b>fet</b>".clone_into(&mut report.goals[0].title);
    let page = html(&report, &look()).unwrap();
    let letter = mail(&report, &look(), None).unwrap();
    for text in [&page, &letter.html] {
        assert!(!text.contains("<script") && !text.contains("<b>fet"), "{text}");
        assert!(text.contains("&lt;b&gt;fet"));
    }
    assert!(letter.text.contains("<script>alert('x')</script> & \"citat\""));
}

#[test]
fn an_address_that_is_no_web_address_is_no_link() {
    let mut report = sample("unit");
    let genomslag::report::Block::Table(table) = &mut report.sections[0].blocks[0] else { panic!("a table") };
    table.rows[0][0].link = Some("javascript:alert(1)".to_owned());
    assert!(!html(&report, &look()).unwrap().contains("javascript:"));
}

#[test]
fn the_mail_says_the_same_in_both_parts() {
    for (name, report) in samples() {
        let letter = mail(&report, &look(), None).unwrap();
        keep(&format!("{name}-mail.html"), letter.html.as_bytes());
        keep(&format!("{name}-mail.txt"), letter.text.as_bytes());
        assert_eq!(foreign(&letter.html), Vec::<String>::new(), "{name}");
        assert!(!letter.html.contains("fonts.googleapis"), "{name}");
        assert!(letter.html.contains("lang=\"sv\""), "{name}");
        assert_same_content(&report, &letter.html, &letter.text);
        assert!(!letter.text.contains("&amp;") && !letter.text.contains("{{"), "{name}");
        for (id, picture) in &letter.pictures {
            assert!(letter.html.contains(&format!("cid:{id}")) || letter.html.contains(&format!("cid:{id}\"")));
            assert!(picture.starts_with(b"\x89PNG"));
        }
    }
}

fn assert_same_content(report: &Report, html: &str, text: &str) {
    for line in &report.goals {
        for part in [&line.title, &line.word, &line.now.text, &line.target.text, &line.why] {
            assert!(text.contains(part.as_str()), "text lacks {part}");
            assert!(html.contains(&escaped(part)), "html lacks {part}");
        }
    }
    for sentence in report.changes.iter().chain(&report.attention) {
        assert!(text.contains(&sentence.text) && html.contains(&escaped(&sentence.text)), "{}", sentence.text);
    }
    assert!(text.contains(&report.headline) && text.contains(&report.id));
}

#[test]
fn the_weekly_mail_shows_the_chart_of_the_goal_that_lies_behind() {
    let report = sample("weekly");
    let letter = mail(&report, &look(), None).unwrap();
    assert_eq!(letter.subject, "Effektrapport vecka 46 – Exempelköpings kommun");
    assert_eq!(letter.pictures.len(), 1);
    assert!(letter.html.contains("Besöken var 12 i veckan den senaste veckan"));
    assert!(letter.text.contains("Besöken var 12 i veckan den senaste veckan"));
}

#[test]
fn what_the_sender_adds_stands_in_both_parts() {
    let extras = MailExtras {
        unsubscribe_text: Some("Sluta få rapporten".to_owned()),
        unsubscribe_url: Some("https://genomslag.exempel.se/avsluta?n=1&t=abc".to_owned()),
        note: Some("Utkast för godkännande.".to_owned()),
    };
    let letter = mail(&sample("weekly"), &look(), Some(&extras)).unwrap();
    for part in [&letter.html, &letter.text] {
        assert!(part.contains("Sluta få rapporten") && part.contains("Utkast för godkännande."));
    }
    assert!(letter.text.contains("https://genomslag.exempel.se/avsluta?n=1&t=abc"));
    assert!(letter.html.contains("href="));
}

#[test]
fn an_english_report_says_so_and_writes_its_axes_in_english() {
    let mut report = sample("stress");
    report.language = genomslag::model::Language::English;
    let page = html(&report, &look()).unwrap();
    assert!(page.contains("<html lang=\"en\">"));
    assert!(page.contains("14,000") && page.contains("2026"));
}

#[test]
fn every_language_has_the_words_that_the_templates_print() {
    for language in genomslag::model::Language::ALL {
        let words = serde_json::to_value(&genomslag::words::Words::builtin(language).furniture).unwrap();
        for key in genomslag::render::FURNITURE {
            assert!(words[key].as_str().is_some_and(|word| !word.is_empty()), "{language:?}: {key}");
        }
    }
}
