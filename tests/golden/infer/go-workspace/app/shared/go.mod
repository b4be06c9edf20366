module example.com/suite/shared

go 1.22
