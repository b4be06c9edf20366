#[macro_use]
extern crate rocket;

#[cfg(test)]
mod tests;

#[get("/")]
fn lamp() -> &'static str {
    "on"
}

#[launch]
fn rocket() -> _ {
    rocket::build().mount("/", routes![lamp])
}

#[cfg(test)]
mod inline {
    #[get("/health")]
    fn never() {}
}
