"""A slider and what it does."""

import streamlit as st

st.title("Squares")
count = st.slider("How many?", 1, 50, 10)
st.line_chart([n * n for n in range(count)])
