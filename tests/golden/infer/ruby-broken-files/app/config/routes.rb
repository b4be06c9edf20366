end
end
get
resources
