-- Every forecast of a goal that was made, and what came of it. Numbers are decimals as text, so that they come back as they
-- were; days are `2026-12-31`. `about` names what exactly was forecast: a goal that is changed is another.
CREATE TABLE forecasts (
    goal TEXT NOT NULL,
    made TEXT NOT NULL,
    about TEXT NOT NULL,
    due TEXT NOT NULL,
    definition TEXT NOT NULL,
    report TEXT NOT NULL,
    chance TEXT NOT NULL,
    low TEXT NOT NULL,
    middle TEXT NOT NULL,
    high TEXT NOT NULL,
    kept INTEGER NOT NULL,
    met INTEGER,
    outcome TEXT,
    why TEXT,
    scored INTEGER,
    PRIMARY KEY (goal, made, about)
) STRICT;
CREATE INDEX forecasts_by_due ON forecasts (scored, due);
