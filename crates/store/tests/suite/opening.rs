//! Opening a store, and what it refuses to open.

use sqlx::{Connection as _, PgConnection, SqliteConnection};
use store::{Error, Store, StoreConfig};

async fn execute(config: &StoreConfig, text: &'static str) -> Result<(), sqlx::Error> {
    if let Some(path) = config.database.strip_prefix("sqlite:") {
        let mut link = SqliteConnection::connect(path).await?;
        sqlx::raw_sql(text).execute(&mut link).await?;
        link.close().await
    } else {
        let mut link = PgConnection::connect(&config.database).await?;
        sqlx::raw_sql(text).execute(&mut link).await?;
        link.close().await
    }
}

store::on_both_pairs! {
    async fn a_newer_schema_is_left_alone(test: TestStore) {
        test.store.close().await;
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                     VALUES (9001, 'from the future', true, '', 0)";
        execute(&test.config, newer).await.unwrap();
        let error = Store::open(&test.config).await.unwrap_err();
        assert!(matches!(error, Error::NewerSchema { found: 9001 }), "{error}");
    }

    async fn a_changed_migration_is_noticed(test: TestStore) {
        test.store.close().await;
        execute(&test.config, "UPDATE _sqlx_migrations SET checksum = ''").await.unwrap();
        assert!(matches!(Store::open(&test.config).await, Err(Error::Migration(_))));
    }

    async fn acts_cannot_be_changed_even_by_hand(test: TestStore) {
        crate::given::desk(&test.store, "north").await;
        for tampering in ["UPDATE acts SET at = 1", "DELETE FROM acts"] {
            let refused = execute(&test.config, tampering).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{refused}");
        }
    }
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let objects = format!("file:{}", folder.path().display());
    let mysql = StoreConfig { database: "mysql://db".to_owned(), objects, ..StoreConfig::default() };
    assert!(matches!(Store::open(&mysql).await, Err(Error::DatabaseAddress)));
    for objects in ["ftp://x", "s3://", "s3://bucket/folder", "s3://bucket?colour=blue"] {
        let config = StoreConfig { objects: objects.to_owned(), ..StoreConfig::default() };
        assert!(matches!(Store::open(&config).await, Err(Error::ObjectsAddress)), "{objects}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("objects");
    let config = StoreConfig { objects: format!("file:{}", below.display()), ..StoreConfig::default() };
    let error = Store::open(&config).await.unwrap_err();
    assert!(error.to_string().contains(&below.display().to_string()), "{error}");
}
