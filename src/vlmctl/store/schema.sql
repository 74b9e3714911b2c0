-- The compiled catalog. `store/build.py` fills it, `query/` reads it; nothing else writes SQL against it.
-- A JSON column ends in _json. Dates known only to the month or year have a text and the days it covers.
-- Absent facts are NULL. `score.value` has no affinity, so 70 stays 70 and 52.1 stays 52.1.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

CREATE TABLE family (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,          -- order in the catalog
  name TEXT NOT NULL,
  series TEXT NOT NULL,
  summary TEXT,
  summary_zh TEXT,
  released TEXT, released_first TEXT, released_last TEXT,
  organizations_json TEXT NOT NULL,
  lists_json TEXT NOT NULL,
  document_json TEXT NOT NULL,        -- the rest of the record, for `show`: architecture, training, links, sources …
  origin TEXT NOT NULL                -- '' for the shipped catalog, else the overlay's path
) WITHOUT ROWID;

-- Everything `list` prints about a model, and what filters look at, in one row.
-- A *_text column holds lower-case names and ids between U+001F signs, for `~` and `=` on things with several names.
CREATE TABLE model (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  names_text TEXT NOT NULL,           -- name, id, aliases, Hugging Face id
  family TEXT NOT NULL REFERENCES family,
  family_name TEXT NOT NULL,
  series TEXT NOT NULL,
  organizations_json TEXT NOT NULL,
  organizations_text TEXT NOT NULL,
  params INTEGER,
  params_scope TEXT,                  -- what params counts: whole | language-model; NULL where there is no params
  active_params INTEGER,
  language_model TEXT,                -- component id
  language_model_name TEXT,
  language_model_text TEXT,
  vision_encoders_json TEXT NOT NULL, -- component ids
  vision_encoder_names TEXT,          -- joined by ', '
  vision_encoders_text TEXT,
  connector TEXT,                     -- kind
  connector_text TEXT,
  image_size,                         -- pixels, or a text such as 'dynamic'
  visual_tokens,                      -- per image, or a text; NULL where the family's figure isn't said of this model
  moe INTEGER,                        -- 1, 0, NULL where it isn't known
  tuning TEXT,
  license TEXT,                       -- of the weights: an SPDX id or a license of components/licenses.yaml
  commercial TEXT,                    -- allowed | conditional | not-allowed
  released TEXT, released_first TEXT, released_last TEXT, -- the model's own date, else the family's
  hf TEXT,
  open INTEGER,                       -- the weights can be downloaded: 1, 0, NULL where it isn't known
  languages_text TEXT,
  lists_json TEXT NOT NULL,
  lists_text TEXT,
  scores INTEGER NOT NULL,            -- how many, superseded ones included
  aliases_json TEXT NOT NULL,
  document_json TEXT NOT NULL,
  origin TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX model_family ON model (family, position);
CREATE INDEX model_series ON model (series, position);
CREATE INDEX model_position ON model (position);

CREATE TABLE component (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,                 -- language-model | vision-encoder
  name TEXT NOT NULL,
  line TEXT,
  maker TEXT,
  params INTEGER,
  hf TEXT,
  shape_json TEXT,                    -- what the key/value cache needs (language models)
  document_json TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE license (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  commercial TEXT,
  url TEXT,
  note TEXT
) WITHOUT ROWID;

CREATE TABLE source (
  family TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  url TEXT,
  published TEXT,
  retrieved TEXT,
  PRIMARY KEY (family, key)
) WITHOUT ROWID;

CREATE TABLE benchmark (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  full_name TEXT,
  task TEXT NOT NULL,
  summary TEXT,
  summary_zh TEXT,
  split TEXT NOT NULL,                -- the primary split, '' where the benchmark has no splits
  metric TEXT NOT NULL,               -- the metric of the primary split
  default_split TEXT,                 -- what a figure without a stated split counts as
  questions INTEGER,
  models INTEGER NOT NULL,            -- how many models have a score
  scores INTEGER NOT NULL,
  document_json TEXT NOT NULL,
  origin TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE metric (
  benchmark TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  min REAL, max REAL,
  higher_is_better INTEGER NOT NULL,
  PRIMARY KEY (benchmark, id)
) WITHOUT ROWID;

CREATE TABLE split (
  benchmark TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  metric TEXT NOT NULL,               -- the metric that counts unless another is named
  position INTEGER NOT NULL,
  questions INTEGER,
  PRIMARY KEY (benchmark, id)
) WITHOUT ROWID;

-- Spellings of splits and metrics, as users and sources write them, normalized.
CREATE TABLE part_name (
  benchmark TEXT NOT NULL,
  normal TEXT NOT NULL,
  kind TEXT NOT NULL,                 -- split | metric | alias (of the benchmark, which means a split: `id`)
  id TEXT NOT NULL,
  PRIMARY KEY (benchmark, normal, kind)
) WITHOUT ROWID;

CREATE TABLE score (
  id INTEGER PRIMARY KEY,             -- in the order of the catalog
  model TEXT NOT NULL,
  family TEXT NOT NULL,
  benchmark TEXT NOT NULL,
  split TEXT,                         -- as stated; NULL where the source doesn't say or there is none
  counted_split TEXT NOT NULL,        -- what it counts as: the stated one, else the default; '' for none, '?' for not known
  metric TEXT NOT NULL,
  protocol TEXT NOT NULL,             -- generalist | task-finetuned | few-shot
  shots INTEGER,
  variant TEXT,
  mode TEXT,
  value NOT NULL,
  source TEXT NOT NULL,               -- key into `source`
  place TEXT,                         -- where in the source
  evidence TEXT NOT NULL,
  evidence_order INTEGER NOT NULL,    -- original 0, copy 1, second-hand 2, listed 3
  quote TEXT,
  status TEXT NOT NULL,               -- current | superseded
  listed_column TEXT,
  listed_text TEXT,
  assumed_json TEXT,
  train_split_seen INTEGER,
  note TEXT,
  origin TEXT NOT NULL
);
CREATE INDEX score_model ON score (model, benchmark);
CREATE INDEX score_benchmark ON score (benchmark, counted_split, metric);

-- Who stands where on a benchmark: one row for each model's figure under each comparison key.
-- class 0: comparable, ranked. 1: shown in its place, unranked, for `reason`; the model has no comparable figure here.
-- class 2: further figures of models that are in the table already (only `--protocol any` ranks them).
CREATE TABLE standing (
  benchmark TEXT NOT NULL,
  split TEXT NOT NULL,                -- '' where the benchmark has none, '?' where it isn't known
  metric TEXT NOT NULL,
  class INTEGER NOT NULL,
  merit REAL NOT NULL,                -- the value, negated where lower is better: more is better
  model TEXT NOT NULL,
  score INTEGER NOT NULL REFERENCES score,
  reason TEXT,                        -- why it isn't ranked
  rank INTEGER, of INTEGER,           -- among all ranked figures of the catalog (class 0)
  PRIMARY KEY (benchmark, split, metric, class, merit DESC, model, score)
) WITHOUT ROWID;
CREATE INDEX standing_model ON standing (model, benchmark, split, metric, class, merit);

-- How many models stand in each ranking of the catalog.
CREATE TABLE coverage (
  benchmark TEXT NOT NULL,
  split TEXT NOT NULL,
  metric TEXT NOT NULL,
  ranked INTEGER NOT NULL,
  unranked INTEGER NOT NULL,
  only_here INTEGER NOT NULL,         -- models without a figure under the primary split and metric
  PRIMARY KEY (benchmark, split, metric)
) WITHOUT ROWID;

-- Every name by which something is found.
CREATE TABLE name (
  normal TEXT NOT NULL,               -- lower case, without -_. and space
  kind TEXT NOT NULL,                 -- model | family | series | benchmark | language-model | vision-encoder | license
  id TEXT NOT NULL,
  exact TEXT NOT NULL,
  form TEXT NOT NULL,                 -- id | alias | name | hf | repo (the part of hf behind the slash)
  PRIMARY KEY (normal, kind, id, exact)
) WITHOUT ROWID;
CREATE INDEX name_exact ON name (exact);

-- Free text for `search`; the trigram tokenizer finds parts of words in any script.
CREATE VIRTUAL TABLE passage USING fts5 (kind UNINDEXED, id UNINDEXED, place UNINDEXED, text, tokenize = 'trigram');
