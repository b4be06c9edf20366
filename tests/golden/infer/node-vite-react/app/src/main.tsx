fetch(import.meta.env.VITE_API_URL);
console.log(process.env.SECRET);
