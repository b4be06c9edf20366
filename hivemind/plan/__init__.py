"""What will change and how: templates and the observed cloud in, a sealed plan out. Pure; nothing here acts."""
