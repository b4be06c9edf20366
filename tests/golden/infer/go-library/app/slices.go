package slices

func Reverse(s []int) {}
