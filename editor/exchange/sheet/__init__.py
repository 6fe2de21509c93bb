"""The pack as a spreadsheet for editors, and back."""
