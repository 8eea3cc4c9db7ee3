//! Characters that no font has would stop the report: they are replaced before anything is set.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use typst::text::Font;

use crate::render::RenderError;

/// What stands for a character that no font has.
const REPLACEMENT: char = '\u{25a1}';

/// The same value with every text made of characters that can be printed.
pub(super) fn printable<T: Serialize + DeserializeOwned>(value: &T, fonts: &[Font]) -> Result<T, RenderError> {
    let failed = |error: serde_json::Error| RenderError::Write {
        what: "the data of the pages".to_owned(),
        message: error.to_string(),
    };
    let mut tree = serde_json::to_value(value).map_err(failed)?;
    let mut replaced = 0;
    mend(&mut tree, fonts, &mut replaced);
    if replaced > 0 {
        tracing::info!(replaced, "Characters that no font has were replaced by a box.");
    }
    serde_json::from_value(tree).map_err(failed)
}

fn mend(tree: &mut Value, fonts: &[Font], replaced: &mut usize) {
    match tree {
        Value::String(text) => {
            let mended = mended(text, fonts, replaced);
            if mended != *text {
                *text = mended;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mend(item, fonts, replaced)),
        Value::Object(fields) => fields.values_mut().for_each(|field| mend(field, fonts, replaced)),
        _ => {}
    }
}

/// A run of characters without glyph becomes one box; what only joins or varies them, or controls, goes.
fn mended(text: &str, fonts: &[Font], replaced: &mut usize) -> String {
    let mut mended = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '\n' {
            mended.push(letter);
        } else if letter.is_control() {
            mended.push(' ');
        } else if fonts.iter().any(|font| font.info().coverage.contains(u32::from(letter))) {
            mended.push(letter);
        } else if !only_joins(letter) && !mended.ends_with(REPLACEMENT) {
            *replaced += 1;
            mended.push(REPLACEMENT);
        }
    }
    mended
}

fn only_joins(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Look;
    use crate::render::typeset::world::Desk;

    #[test]
    fn what_no_font_has_becomes_one_box_and_the_rest_stays() {
        let look = Look::builtin();
        let desk = Desk::new(&look, "").unwrap();
        let mut replaced = 0;
        let text = mended("Åäö 👍🏽 مرحبا 漢字 ok\u{202f}%\u{7}", desk.fonts(), &mut replaced);
        assert_eq!(text, "Åäö 👍🏽 مرحبا □ ok\u{202f}% ");
        assert_eq!(replaced, 1);
    }

    #[test]
    fn numbers_and_names_are_left_alone() {
        let look = Look::builtin();
        let desk = Desk::new(&look, "").unwrap();
        let value = serde_json::json!({ "value": 11_873.25, "name": "漢", "list": [1, null, true] });
        let mended: Value = printable(&value, desk.fonts()).unwrap();
        assert_eq!(mended, serde_json::json!({ "value": 11_873.25, "name": "□", "list": [1, null, true] }));
    }
}
