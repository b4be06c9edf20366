"""Who does the work: each agent has one remit and acts only through the ports it is handed."""
