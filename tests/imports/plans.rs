//! Plans of posts: a board, a table, a calendar.

use chrono_tz::Europe::Stockholm;
use genomslag::imports::{Dictionaries, ImportError, detect, read_plan};

use super::{says, take};

const BOARD: &str = r#"{"name":"Plan","cards":[
 {"id":"656000000000000000000001","name":"Sporthallen #GL-12","desc":"Se https://bjorkvalla.se/sporthallen.","due":"2026-11-16T07:00:00.000Z","dueComplete":true,"closed":false,"idList":"l1","idLabels":["r","g"],"attachments":[{"url":"https://www.facebook.com/1/posts/101"}],"idMembers":["m1"]},
 {"id":"656000000000000000000002","name":"Julmarknad","due":null,"closed":true,"idList":"l2","labels":[{"id":"x","name":"","color":"blue"}]},
 {"id":"656000000000000000000003","name":"Mall","isTemplate":true,"idList":"l1"},
 {"id":"656000000000000000000004","name":"Trasig","due":"i morgon","idList":"l1"}],
 "lists":[{"id":"l1","name":"Facebook"},{"id":"l2","name":"Instagram"}],
 "labels":[{"id":"r","name":"Kultur","color":"red"},{"id":"g","name":"","color":"green"}],
 "members":[{"id":"m1","fullName":"Anna Andersson"}],
 "actions":[{"type":"updateCard","date":"2026-11-16T12:00:00.000Z","data":{"card":{"id":"656000000000000000000001"},"old":{"due":"2026-11-15T07:00:00.000Z"}}},
  {"type":"commentCard","date":"2026-11-16T12:00:00.000Z","data":{"text":"Anna skrev"}}]}"#;

#[test]
fn a_board_of_trello() {
    let plan = read_plan("board.json", BOARD.as_bytes(), Stockholm).unwrap();
    assert_eq!((plan.format.as_str(), plan.posts.len(), plan.skipped.len()), ("trello-board", 2, 2));
    let card = &plan.posts[0];
    assert_eq!(card.labels, ["Kultur", "green"]);
    assert_eq!(card.channels, ["Facebook"]);
    assert_eq!(card.codes, ["#GL-12"]);
    assert_eq!(card.links, ["https://bjorkvalla.se/sporthallen", "https://www.facebook.com/1/posts/101"]);
    // Moved after publication: at the time, the plan said the 15th.
    assert_eq!(card.due_at("2026-11-16T08:00:00Z".parse().unwrap()).unwrap().to_rfc3339(), "2026-11-15T07:00:00+00:00");
    assert_eq!(card.due_at("2026-11-17T08:00:00Z".parse().unwrap()).unwrap().to_rfc3339(), "2026-11-16T07:00:00+00:00");
    assert!(plan.posts[1].archived && plan.posts[1].labels == ["blue"]);
    assert!(!format!("{plan:?}").contains("Anna"), "people are left at the door");
    assert!(says(&plan.skipped[1].reason, "i morgon"));
    assert!(detect("board.json", BOARD.as_bytes(), Dictionaries::builtin()).unwrap().plan);
    let error = take("board.json", BOARD.as_bytes()).expect_err("a plan is no figures");
    assert!(matches!(error, ImportError::Useless { .. }), "{error}");
    assert!(read_plan("board.json", &BOARD.as_bytes()[..BOARD.len() - 9], Stockholm).is_err());
}

#[test]
fn a_table_in_swedish() {
    let text = "Rubrik;Datum;Tid;Kanal;Etikett;Länk\nBadhuset;2026-11-16;09.30;Facebook, Instagram;Fritid;\nVal;16/11 2026;;Facebook;;\nHöstlov;2026-10-25;02:30;Facebook;;\nUtan dag;;;Facebook;;\n;2026-11-01;;;;\n";
    let plan = read_plan("plan.csv", text.as_bytes(), Stockholm).unwrap();
    let due: Vec<Option<String>> = plan.posts.iter().map(|post| post.due.map(|due| due.to_rfc3339())).collect();
    // 02:30 exists twice on 25 October: the earlier is summer time's.
    let expected = [Some("2026-11-16T08:30:00+00:00"), Some("2026-10-25T00:30:00+00:00"), None];
    assert_eq!(due, expected.map(|due| due.map(str::to_owned)));
    assert_eq!(plan.posts[0].channels, ["Facebook", "Instagram"]);
    assert_eq!(plan.skipped.iter().map(|row| row.row).collect::<Vec<_>>(), [3, 6]);
}

#[test]
fn a_calendar() {
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1@k\r\nSUMMARY:Sagostund\\, biblioteket\r\nDTSTART;TZID=Europe/Stockholm:20261116T093000\r\nDESCRIPTION:Läs mer på https://bjorkvalla.se/sag\r\n or #GL-7\r\nCATEGORIES:Kultur,Barn\r\nATTENDEE;CN=\"Anna: Andersson\":mailto:anna@k.se\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDESCRIPTION:påminnelse\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2@k\r\nSUMMARY:Inställt\r\nDTSTART;VALUE=DATE:20261117\r\nSTATUS:CANCELLED\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Utan tid\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let plan = read_plan("plan.ics", text.as_bytes(), Stockholm).unwrap();
    assert_eq!(plan.posts.len(), 2);
    let first = &plan.posts[0];
    assert_eq!(
        (first.title.as_str(), first.due.unwrap().to_rfc3339().as_str()),
        ("Sagostund, biblioteket", "2026-11-16T08:30:00+00:00")
    );
    assert_eq!(
        (first.links.clone(), first.codes.clone()),
        (vec!["https://bjorkvalla.se/sagor".to_owned()], vec!["#GL-7".to_owned()])
    );
    assert_eq!(first.labels, ["Kultur", "Barn"]);
    assert!(plan.posts[1].archived && !plan.posts[1].timed);
    assert_eq!(plan.skipped.len(), 2, "a repetition and an event without a start: {:?}", plan.skipped);
    assert!(read_plan("plan.ics", &text.as_bytes()[..text.len() - 20], Stockholm).is_err(), "cut short");
}
