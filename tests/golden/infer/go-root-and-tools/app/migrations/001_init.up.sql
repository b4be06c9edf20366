create table posts (id serial primary key);
