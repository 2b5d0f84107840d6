use super::*;

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn written(text: &str) -> (PathBuf, PathBuf) {
    let folder = std::env::temp_dir().join(format!("safehand-config-{:?}", std::thread::current().id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("safehand.toml");
    std::fs::write(&file, text).unwrap();
    (folder, file)
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let (_, file) = written("[work]\nbase_bits = 4\nmax_bits = 5\n");
    let config = Config::load(Some(&file), variables(&[("SAFEHAND_WORK_MAX_BITS", "9")])).unwrap();
    assert_eq!((config.work.base_bits, config.work.max_bits), (4, 9));
    assert_eq!(config.work.lifetime_seconds, WorkConfig::default().lifetime_seconds);
}

#[test]
fn a_variable_that_is_no_toml_is_a_string() {
    let config = Config::load(None, variables(&[("SAFEHAND_SERVER_NAME", "Bay reporting line")])).unwrap();
    assert_eq!(config.server.name, "Bay reporting line");
}

#[test]
fn a_password_of_digits_is_still_a_string() {
    let config = Config::load(None, variables(&[("SAFEHAND_STORE_DATABASE_PASSWORD", "12345")])).unwrap();
    assert_eq!(config.store.database_password.unwrap().expose(), "12345");
}

#[test]
fn an_unknown_key_is_an_error_that_names_its_line() {
    let (_, file) = written("[work]\nbase_bits = 4\nbasebits = 4\n");
    let error = Config::load(Some(&file), []).unwrap_err().to_string();
    assert!(error.contains("line 3") && error.contains("basebits"), "{error}");
}

#[test]
fn an_unknown_variable_of_a_known_section_is_an_error() {
    let error = Config::load(None, variables(&[("SAFEHAND_WORK_BITS", "4")])).unwrap_err().to_string();
    assert!(error.contains("bits"), "{error}");
}

#[test]
fn a_variable_without_a_section_is_reported_as_unknown() {
    let names = ["SAFEHAND_SERVR_LISTEN", "SAFEHAND_SERVER_LISTEN", "SAFEHAND_CONFIG", "PATH"];
    assert_eq!(unknown_variables(names.map(String::from)), ["SAFEHAND_SERVR_LISTEN"]);
}

#[test]
fn quarantine_has_bounds_that_no_desk_can_set_aside() {
    for (key, low, high) in
        [("request_hours", 1, 168), ("approval_hours", 1, 24), ("max_hash_list_bytes", 65_536, 536_870_912)]
    {
        let load = |value: i64| {
            let (_, file) = written(&format!("[quarantine]\n{key} = {value}\n"));
            Config::load(Some(&file), [])
        };
        assert!(load(low).is_ok() && load(high).is_ok(), "{key}");
        for beyond in [low - 1, high + 1, -1] {
            let error = load(beyond).unwrap_err().to_string();
            assert!(error.contains("line 2"), "{error}");
        }
    }
}

#[test]
fn paths_are_relative_to_the_file() {
    let (folder, file) = written("");
    let config = Config::load(Some(&file), []).unwrap();
    assert_eq!(config.server.key_file, folder.join("instance.key"));
    assert_eq!(config.store.objects, format!("file:{}", folder.join("data/objects").display()));
}

#[test]
fn the_template_holds_every_key_at_its_default() {
    let uncommented = TEMPLATE.replace("# forwarded_header", "forwarded_header");
    let config: Config = toml::from_str(TEMPLATE).unwrap();
    assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
    assert!(toml::from_str::<Config>(&uncommented).is_ok());
    for key in named_in_debug(&Config::default()) {
        assert!(TEMPLATE.contains(&format!("{key} =")), "{key} is not in the template");
    }
}

/// The names of all keys, sections excepted.
fn named_in_debug(config: &Config) -> Vec<String> {
    let text = format!("{config:#?}");
    let keys = text.lines().filter(|line| line.starts_with("        ") && !line.starts_with("         "));
    keys.filter_map(|line| line.trim().split_once(": ")).map(|(key, _)| key.to_owned()).collect()
}
