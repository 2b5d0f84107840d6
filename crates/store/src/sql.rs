//! One SQL text for both databases: statements with `$n`, values of three types, rows read by column name.
//!
//! Everything that differs between SQLite and PostgreSQL at run time is in this file and in [`crate::db`].

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{
    AssertSqlSafe, Database, Decode, Encode, Postgres, Row as _, SqlSafeStr as _, SqlStr, Sqlite, Type,
};

use crate::Error;

/// A value bound to a statement. `NULL` carries its type, which PostgreSQL wants to know.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// A statement and what is bound to it.
#[derive(Clone, Debug)]
pub(crate) struct Sql {
    text: SqlStr,
    args: Vec<Value>,
}

/// A statement, its `$1`, `$2` … to be bound in that order.
pub(crate) fn sql(text: &'static str) -> Sql {
    Sql { text: text.into_sql_str(), args: Vec::new() }
}

/// A statement that ends in as many parenthesised rows of `$n` as there are rows.
///
/// `head` is everything up to and including `VALUES`, `tail` what follows the rows.
pub(crate) fn insert_rows(head: &'static str, rows: Vec<Vec<Value>>, tail: &'static str) -> Sql {
    let mut text = head.to_owned();
    let mut next = 1;
    for (index, row) in rows.iter().enumerate() {
        text.push_str(if index == 0 { " (" } else { ", (" });
        for column in 0..row.len() {
            text.push_str(if column == 0 { "$" } else { ", $" });
            text.push_str(&next.to_string());
            next += 1;
        }
        text.push(')');
    }
    text.push(' ');
    text.push_str(tail);
    // Only literals and numbered placeholders were joined.
    Sql { text: AssertSqlSafe(text).into_sql_str(), args: rows.into_iter().flatten().collect() }
}

impl Sql {
    /// Binds the next `$n`.
    pub(crate) fn bind(mut self, value: impl ToColumn) -> Self {
        self.args.push(value.to_column());
        self
    }

    /// Appends a literal.
    pub(crate) fn push(mut self, literal: &'static str) -> Self {
        // Literals and numbered placeholders are all that a statement is ever joined from.
        self.text = AssertSqlSafe(format!("{}{literal}", self.text.as_str())).into_sql_str();
        self
    }

    /// Appends a placeholder and binds it.
    pub(crate) fn push_bind(mut self, value: impl ToColumn) -> Self {
        self.args.push(value.to_column());
        self.text = AssertSqlSafe(format!("{}${}", self.text.as_str(), self.args.len())).into_sql_str();
        self
    }

    /// Appends `IN (…)` for values of which there is at least one.
    pub(crate) fn push_in<T: ToColumn>(self, values: impl IntoIterator<Item = T>) -> Self {
        let first = self.push(" IN (");
        let list = values.into_iter().enumerate().fold(first, |sql, (index, value)| {
            if index == 0 { sql.push_bind(value) } else { sql.push(", ").push_bind(value) }
        });
        list.push(")")
    }

    pub(crate) fn for_sqlite(self) -> Query<'static, Sqlite, SqliteArguments> {
        bind_all(sqlx::query(self.text), self.args)
    }

    pub(crate) fn for_postgres(self) -> Query<'static, Postgres, PgArguments> {
        bind_all(sqlx::query(self.text), self.args)
    }
}

fn bind_all<DB: Database>(
    query: Query<'static, DB, DB::Arguments>,
    args: Vec<Value>,
) -> Query<'static, DB, DB::Arguments>
where
    Option<i64>: Encode<'static, DB> + Type<DB>,
    Option<String>: Encode<'static, DB> + Type<DB>,
    Option<Vec<u8>>: Encode<'static, DB> + Type<DB>,
{
    args.into_iter().fold(query, |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    })
}

/// A row of a result.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of a column.
    pub(crate) fn get<T: FromColumn>(&self, column: &'static str) -> Result<T, Error> {
        T::read(self, column)
    }

    fn raw<T>(&self, column: &'static str) -> Result<Option<T>, Error>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
        .map_err(|_| Error::Column { column })
    }
}

/// A type that can be bound to a column.
pub(crate) trait ToColumn {
    /// As it is bound.
    fn to_column(&self) -> Value;
    /// The `NULL` of its column's type.
    fn null() -> Value;
}

/// A type that can be read from a column.
pub(crate) trait FromColumn: Sized {
    /// `Ok(None)` stands for `NULL`.
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error>;

    /// The value of a column that is never `NULL`.
    fn read(row: &Row, column: &'static str) -> Result<Self, Error> {
        Self::read_nullable(row, column)?.ok_or(Error::Column { column })
    }
}

impl<T: ToColumn> ToColumn for Option<T> {
    fn to_column(&self) -> Value {
        self.as_ref().map_or_else(T::null, ToColumn::to_column)
    }

    fn null() -> Value {
        T::null()
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        Ok(T::read_nullable(row, column)?.map(Some))
    }

    fn read(row: &Row, column: &'static str) -> Result<Self, Error> {
        T::read_nullable(row, column)
    }
}

impl<T: ToColumn + ?Sized> ToColumn for &T {
    fn to_column(&self) -> Value {
        (*self).to_column()
    }

    fn null() -> Value {
        T::null()
    }
}

impl ToColumn for str {
    fn to_column(&self) -> Value {
        Value::Text(Some(self.to_owned()))
    }

    fn null() -> Value {
        Value::Text(None)
    }
}

impl ToColumn for [u8] {
    fn to_column(&self) -> Value {
        Value::Bytes(Some(self.to_vec()))
    }

    fn null() -> Value {
        Value::Bytes(None)
    }
}

impl ToColumn for i64 {
    fn to_column(&self) -> Value {
        Value::Int(Some(*self))
    }

    fn null() -> Value {
        Value::Int(None)
    }
}

impl ToColumn for String {
    fn to_column(&self) -> Value {
        self.as_str().to_column()
    }

    fn null() -> Value {
        str::null()
    }
}

impl ToColumn for Vec<u8> {
    fn to_column(&self) -> Value {
        self.as_slice().to_column()
    }

    fn null() -> Value {
        <[u8]>::null()
    }
}

impl FromColumn for i64 {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        row.raw(column)
    }
}

impl FromColumn for String {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        row.raw(column)
    }
}

impl FromColumn for Vec<u8> {
    fn read_nullable(row: &Row, column: &'static str) -> Result<Option<Self>, Error> {
        row.raw(column)
    }
}
