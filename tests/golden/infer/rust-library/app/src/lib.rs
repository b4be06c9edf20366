pub fn reverse() {}
