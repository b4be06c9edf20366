"""Sheriff's rules: one small class per file, run over the parsed templates; what cannot be judged is a finding."""
